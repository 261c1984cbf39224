using System.Diagnostics;
using Catena.Faults.Cluster;

namespace Catena.Faults.Workers;

/// <summary>One process that asks the cluster, and writes down what it was told.</summary>
/// <param name="name">Its name in messages.</param>
/// <param name="process">The process.</param>
/// <param name="history">The file with its history.</param>
/// <param name="output">The file with what it prints.</param>
internal abstract class WorkerProcess(string name, Process process, string history, string output) : IDisposable
{
    private static readonly TimeSpan FinalPatience = TimeSpan.FromMinutes(4);

    /// <summary>Its name in messages.</summary>
    public string Name => name;

    /// <summary>The file with its history.</summary>
    public string History => history;

    /// <summary>Lets it end what it does, and waits for the end.</summary>
    /// <returns>What was wrong; null if nothing.</returns>
    public async Task<string?> FinishAsync(CancellationToken cancellation)
    {
        if (!process.HasExited)
        {
            await AskToEndAsync(process, cancellation);
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(FinalPatience);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return $"{name} did not end within {FinalPatience.TotalSeconds} s";
        }

        var said = File.Exists(output) ? File.ReadAllLines(output) : [];
        return process.ExitCode == 0 ? null : $"{name} ended with exit code {process.ExitCode}: {string.Join(" / ", said.TakeLast(6))}";
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (!process.HasExited)
        {
            Signal.Send(process.Id, Signal.Kill);
        }

        process.Dispose();
    }

    /// <summary>Asks the process, which runs, to end.</summary>
    protected abstract Task AskToEndAsync(Process running, CancellationToken cancellation);
}
