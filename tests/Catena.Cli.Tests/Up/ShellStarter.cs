using System.Collections.Concurrent;
using System.Diagnostics;
using Catena.Cli.Up;

namespace Catena.Cli.Tests.Up;

/// <summary>Starts shell scripts in the place of nodes.</summary>
/// <param name="script">The script; <c>$1</c> is the node's name.</param>
internal sealed class ShellStarter(string script) : IProcessStarter
{
    /// <summary>All that was started, in order.</summary>
    public ConcurrentQueue<(string Node, int Id)> Started { get; } = [];

    /// <inheritdoc />
    public Process Start(NodeLaunch node)
    {
        var start = new ProcessStartInfo("/bin/sh")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(script);
        start.ArgumentList.Add("node");
        start.ArgumentList.Add(node.Name);
        var process = Process.Start(start)!;
        Started.Enqueue((node.Name, process.Id));
        return process;
    }
}
