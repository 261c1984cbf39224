using System.CommandLine;
using Catena.Cli.CommandLine;
using Catena.ZooKeeper.Client;

namespace Catena.Cli.Znodes;

/// <summary>The command <c>catena znode delete</c>.</summary>
internal static class ZnodeDeleteCommand
{
    private static readonly Argument<string> Servers = ZnodeAccess.Servers();
    private static readonly Argument<string> Path = ZnodeAccess.Path();
    private static readonly Option<TimeSpan> Timeout = ZnodeAccess.Timeout();

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new DocumentedCommand(
            "delete",
            "Deletes a znode that has no children. That there is none is a failure (exit code 1).",
            new Example("catena znode delete 127.0.0.1:7000 /kvstore", "at the coordinator of 'catena up'"))
        {
            Servers, Path, Timeout,
        };
        command.SetAction((parsed, cancellation) => ZnodeAccess.RunAsync(
            parsed.GetRequiredValue(Servers), parsed.GetValue(Timeout), client => RunAsync(client, parsed, cancellation), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ZooKeeperClient client, ParseResult parsed, CancellationToken cancellation)
    {
        var path = parsed.GetRequiredValue(Path);
        await client.DeleteAsync(path, -1, cancellation).ConfigureAwait(false);
        parsed.InvocationConfiguration.Output.WriteLine($"deleted {path}");
        return ExitCode.Ok;
    }
}
