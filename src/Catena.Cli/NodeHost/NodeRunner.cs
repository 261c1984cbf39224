using Catena.Cli.CommandLine;
using Catena.Cli.Logging;
using Catena.Core.Primitives;
using Catena.Server.Node;
using Microsoft.Extensions.Logging;

namespace Catena.Cli.NodeHost;

/// <summary>Runs a node in this process: starts it, waits for a reason to stop, stops it in order.</summary>
internal static class NodeRunner
{
    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LogDeadline = TimeSpan.FromSeconds(2);

    /// <summary>Runs a node until it is asked to stop, or fails, or its parent is gone.</summary>
    /// <param name="options">The node's settings.</param>
    /// <param name="logging">Where it logs.</param>
    /// <param name="parent">The process without which it ends; null for none.</param>
    /// <returns>One of <see cref="ExitCode" />; <see cref="ExitCode.Internal" /> where the node had to end itself.</returns>
    public static async Task<int> RunAsync(NodeOptions options, NodeLogging logging, int? parent)
    {
        using var stop = parent is null ? StopSignal.OnEverySignal() : StopSignal.OfManagedProcess();
        if (parent is { } process)
        {
            ParentBond.Tie(process, stop);
        }

        var terminalLevel = logging.File is null ? LogLevel.Trace : LogLevel.Warning;
        using var pump = new LogPump(logging.File is { } file ? new RotatingFile(file) : null, Console.Error, terminalLevel);
        AppDomain.CurrentDomain.UnhandledException += (_, _) => pump.Flush(LogDeadline);
        using var provider = new LineLoggerProvider(pump, logging.AsJson);
        using var loggers = LoggerFactory.Create(builder => builder
            .SetMinimumLevel(logging.Level)
            .AddFilter("Microsoft", logging.Level > LogLevel.Warning ? logging.Level : LogLevel.Warning)
            .AddProvider(provider));
        return await RunAsync(options, loggers, stop).ConfigureAwait(false);
    }

    private static async Task<int> RunAsync(NodeOptions options, ILoggerFactory loggers, StopSignal stop)
    {
        var logger = loggers.CreateLogger(typeof(NodeRunner));
        NodeRunnerLog.Starting(logger, options.Name, Environment.ProcessId, options.DataDirectory);
        CatenaNode node;
        try
        {
            node = await CatenaNode.StartAsync(options, loggers, stop.Stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.Stop.IsCancellationRequested)
        {
            return ExitCode.Ok;
        }
        // Whatever keeps a node from starting is told in one line; the log has the whole of it.
        catch (Exception refused) when (refused is not InvariantException)
        {
            NodeRunnerLog.NotStarted(logger, refused, options.Name);
            return ExitCode.Failed;
        }

        await using (node.ConfigureAwait(false))
        {
            await Task.WhenAny(stop.Stop.WaitAsync(), node.Failed).ConfigureAwait(false);
            if (node.Failed.IsCompleted)
            {
                NodeRunnerLog.Failed(logger, node.Failed.Exception?.GetBaseException(), options.Name);
                return ExitCode.Internal;
            }

            NodeRunnerLog.Stopping(logger, options.Name);
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop.Hurry);
            deadline.CancelAfter(StopDeadline);
            try
            {
                await node.StopAsync(deadline.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (deadline.IsCancellationRequested)
            {
                NodeRunnerLog.StoppedLate(logger, options.Name);
                return ExitCode.Failed;
            }
        }

        NodeRunnerLog.Stopped(logger, options.Name);
        return ExitCode.Ok;
    }
}
