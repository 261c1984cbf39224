using System.Diagnostics;
using Catena.Cli.CommandLine;

namespace Catena.Cli.Up;

/// <summary>Looks after the nodes of a cluster on one machine: starts them, tells when they serve, starts them again, stops them.</summary>
/// <remarks>
/// Stopping asks all nodes at once, so that each hands its leases back while the others still listen and no configuration shrinks; the
/// coordinator, which is the caller's, goes last. What has not stopped by the deadline, or at a second request, is killed.
/// </remarks>
/// <param name="nodes">The nodes.</param>
/// <param name="options">How they are looked after.</param>
/// <param name="starter">Starts processes.</param>
/// <param name="probe">Asks nodes whether they serve.</param>
/// <param name="terminal">Where the user reads.</param>
internal sealed class DevelopmentCluster(
    IReadOnlyList<NodeLaunch> nodes,
    DevelopmentClusterOptions options,
    IProcessStarter starter,
    IClusterProbe probe,
    Terminal terminal)
{
    private readonly TaskCompletionSource _hopeless = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource[] _ready =
        [.. nodes.Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))];

    /// <summary>What each node waits for; written by its keeper, read for hints.</summary>
    private readonly string?[] _lacks = new string?[nodes.Count];

    private volatile bool _wasReady;

    /// <summary>The name of the node with the given number.</summary>
    public static string NameOf(int number) => FormattableString.Invariant($"node-{number}");

    /// <summary>Runs the cluster until it is asked to stop.</summary>
    /// <param name="stop">Tells when.</param>
    /// <returns>An exit code: that the cluster never came up is a failure.</returns>
    public async Task<int> RunAsync(StopSignal stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop.Stop);
        var announcing = AnnounceAsync(ending.Token);
        var lives = nodes.Select((_, index) => LookAfterAsync(index, stop, ending.Token)).ToList();
        var all = Task.WhenAll(lives);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (stop.Stop.Register(asked.SetResult).ConfigureAwait(false))
        {
            var first = await Task.WhenAny(asked.Task, _hopeless.Task, all).ConfigureAwait(false);
            if (first == all)
            {
                // A node's keeper ends before it is asked only by a defect.
                await all.ConfigureAwait(false);
            }
        }

        terminal.Show(_hopeless.Task.IsCompleted ? "giving up" : "stopping");
        await ending.CancelAsync().ConfigureAwait(false);
        await all.ConfigureAwait(false);
        await announcing.ConfigureAwait(false);
        terminal.Show("stopped");
        return _hopeless.Task.IsCompleted ? ExitCode.Failed : ExitCode.Ok;
    }

    /// <summary>Keeps one node alive until the cluster ends.</summary>
    private async Task LookAfterAsync(int index, StopSignal stop, CancellationToken ending)
    {
        var node = nodes[index];
        for (var life = 1; !ending.IsCancellationRequested; life++)
        {
            using var process = NodeProcess.Start(node, starter, terminal);
            var wasReady = await LiveAsync(index, process, stop, ending).ConfigureAwait(false);
            if (ending.IsCancellationRequested)
            {
                return;
            }

            terminal.Show($"{node.Name} (pid {process.Id}) {process.Ending}{(wasReady ? "" : $" before it was ready; its log is {node.Log}")}");
            if (!_wasReady && (process.IsRefusal || !options.Restart || life >= options.StartAttempts))
            {
                _hopeless.TrySetResult();
                return;
            }

            if (!options.Restart || process.IsRefusal)
            {
                terminal.Show($"{node.Name} stays down; to start it again: {node.ShellLine}");
                await ending.WaitAsync().ConfigureAwait(false);
                return;
            }

            await ending.WaitAsync(options.RestartDelay).ConfigureAwait(false);
        }
    }

    /// <summary>Sees one process to its end, and tells when it serves.</summary>
    /// <returns>Whether it ever did.</returns>
    private async Task<bool> LiveAsync(int index, NodeProcess process, StopSignal stop, CancellationToken ending)
    {
        var exit = process.WaitForExitAsync();
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(ending);
        var becoming = BecomeReadyAsync(index, process, gone.Token);
        var asked = ending.WaitAsync();
        await Task.WhenAny(exit, asked).ConfigureAwait(false);
        await gone.CancelAsync().ConfigureAwait(false);
        var wasReady = await becoming.ConfigureAwait(false);
        if (!exit.IsCompleted)
        {
            await StopAsync(index, process, exit, stop).ConfigureAwait(false);
        }

        await exit.ConfigureAwait(false);
        return wasReady;
    }

    private async Task StopAsync(int index, NodeProcess process, Task exit, StopSignal stop)
    {
        process.AskToStop();
        await Task.WhenAny(exit, stop.Hurry.WaitAsync(options.StopDeadline)).ConfigureAwait(false);
        if (!exit.IsCompleted)
        {
            terminal.Show($"{nodes[index].Name} (pid {process.Id}) did not stop in order; killing it");
            process.Kill();
        }
    }

    private async Task<bool> BecomeReadyAsync(int index, NodeProcess process, CancellationToken gone)
    {
        while (!gone.IsCancellationRequested)
        {
            _lacks[index] = await probe.NodeLacksAsync(nodes[index], gone).ConfigureAwait(false);
            if (_lacks[index] is null && !gone.IsCancellationRequested)
            {
                terminal.Show(nodes[index].ReadyLine(process.Id));
                _ready[index].TrySetResult();
                return true;
            }

            await gone.WaitAsync(options.ProbeInterval).ConfigureAwait(false);
        }

        return false;
    }

    /// <summary>Prints <c>ready</c> once every node and every partition serves; until then, now and then, what is missing.</summary>
    private async Task AnnounceAsync(CancellationToken ending)
    {
        var everyNode = Task.WhenAll(_ready.Select(node => node.Task));
        var sinceHint = Stopwatch.StartNew();
        while (!ending.IsCancellationRequested)
        {
            var missing = everyNode.IsCompleted
                ? await probe.ClusterLacksAsync(nodes, ending).ConfigureAwait(false)
                : string.Join("; ", nodes.Select((node, index) => $"{node.Name}: {_lacks[index]}").Where((_, index) => !_ready[index].Task.IsCompleted));
            if (missing is null)
            {
                _wasReady = true;
                terminal.Show("ready");
                return;
            }

            if (sinceHint.Elapsed > options.HintInterval)
            {
                sinceHint.Restart();
                terminal.Show($"still waiting for {missing}");
            }

            await ending.WaitAsync(options.ProbeInterval).ConfigureAwait(false);
        }
    }
}
