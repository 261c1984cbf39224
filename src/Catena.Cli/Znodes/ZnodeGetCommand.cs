using System.CommandLine;
using System.Globalization;
using Catena.Cli.CommandLine;
using Catena.Cli.Data;
using Catena.ZooKeeper.Client;

namespace Catena.Cli.Znodes;

/// <summary>The command <c>catena znode get</c>.</summary>
internal static class ZnodeGetCommand
{
    private static readonly Argument<string> Servers = ZnodeAccess.Servers();
    private static readonly Argument<string> Path = ZnodeAccess.Path();
    private static readonly Option<TimeSpan> Timeout = ZnodeAccess.Timeout();
    private static readonly Option<bool> Json = JsonOutput.Option();

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new DocumentedCommand(
            "get",
            "Prints what a znode holds; what is no plain text with C's escapes.",
            new("catena znode get 127.0.0.1:7000 /kvstore/node0000000000", "the address that a node announces"),
            new("catena znode get zk1:2181 /master --json", "with its version and the session that it goes with"))
        {
            Servers, Path, Timeout, Json,
        };
        command.SetAction((parsed, cancellation) => ZnodeAccess.RunAsync(
            parsed.GetRequiredValue(Servers), parsed.GetValue(Timeout), client => RunAsync(client, parsed, cancellation), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ZooKeeperClient client, ParseResult parsed, CancellationToken cancellation)
    {
        var path = parsed.GetRequiredValue(Path);
        var (data, stat) = await client.GetDataAsync(path, null, cancellation).ConfigureAwait(false);
        var output = parsed.InvocationConfiguration.Output;
        if (!parsed.GetValue(Json))
        {
            output.WriteLine(BytesText.Printable(data));
            return ExitCode.Ok;
        }

        JsonOutput.Write(output, json =>
        {
            json.WriteStartObject();
            json.WriteString("path", path);
            json.WriteBytes("data", data);
            json.WriteNumber("version", stat.Version);
            json.WriteString("ephemeralOwner", stat.EphemeralOwner == 0 ? null : stat.EphemeralOwner.ToString("x", CultureInfo.InvariantCulture));
            json.WriteNumber("children", stat.NumChildren);
            json.WriteEndObject();
        });
        return ExitCode.Ok;
    }
}
