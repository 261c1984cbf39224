using System.CommandLine;
using Catena.Cli.CommandLine;
using Catena.ZooKeeper.Client;

namespace Catena.Cli.Znodes;

/// <summary>A command that reads one znode and prints what it found, as text or as JSON.</summary>
internal static class ZnodeReading
{
    private static readonly Argument<string> Servers = ZnodeAccess.Servers();
    private static readonly Argument<string> Path = ZnodeAccess.Path();
    private static readonly Option<TimeSpan> Timeout = ZnodeAccess.Timeout();
    private static readonly Option<bool> Json = JsonOutput.Option();

    /// <summary>Makes the command.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it does.</param>
    /// <param name="run">Reads and prints.</param>
    /// <param name="examples">How it is used.</param>
    internal static Command Create(string name, string description, Func<ZooKeeperClient, string, bool, TextWriter, CancellationToken, Task> run, params Example[] examples)
    {
        var command = new DocumentedCommand(name, description, examples) { Servers, Path, Timeout, Json };
        command.SetAction((parsed, cancellation) => ZnodeAccess.RunAsync(parsed.GetRequiredValue(Servers), parsed.GetValue(Timeout), async client =>
        {
            await run(client, parsed.GetRequiredValue(Path), parsed.GetValue(Json), parsed.InvocationConfiguration.Output, cancellation).ConfigureAwait(false);
            return ExitCode.Ok;
        }, cancellation));
        return command;
    }
}
