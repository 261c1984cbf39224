using System.CommandLine;
using Catena.Cli.CommandLine;
using Catena.ZooKeeper.Client;

namespace Catena.Cli.Znodes;

/// <summary>The command <c>catena znode list</c>.</summary>
internal static class ZnodeListCommand
{
    private static readonly Argument<string> Servers = ZnodeAccess.Servers();
    private static readonly Argument<string> Path = ZnodeAccess.Path();
    private static readonly Option<TimeSpan> Timeout = ZnodeAccess.Timeout();
    private static readonly Option<bool> Json = JsonOutput.Option();

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new DocumentedCommand(
            "list",
            "Prints the names of a znode's children, sorted, one a line.",
            new("catena znode list 127.0.0.1:7000 /", "at the coordinator of 'catena up'"),
            new("catena znode list zk1:2181,zk2:2181 /kvstore --json", "as a list in JSON"))
        {
            Servers, Path, Timeout, Json,
        };
        command.SetAction((parsed, cancellation) => ZnodeAccess.RunAsync(
            parsed.GetRequiredValue(Servers), parsed.GetValue(Timeout), client => RunAsync(client, parsed, cancellation), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ZooKeeperClient client, ParseResult parsed, CancellationToken cancellation)
    {
        var (children, _) = await client.GetChildrenAsync(parsed.GetRequiredValue(Path), null, cancellation).ConfigureAwait(false);
        var names = children.Order(StringComparer.Ordinal);
        var output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(Json))
        {
            JsonOutput.Write(output, json =>
            {
                json.WriteStartArray();
                foreach (var name in names)
                {
                    json.WriteStringValue(name);
                }

                json.WriteEndArray();
            });
            return ExitCode.Ok;
        }

        foreach (var name in names)
        {
            output.WriteLine(name);
        }

        return ExitCode.Ok;
    }
}
