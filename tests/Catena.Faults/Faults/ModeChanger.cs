using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Faults.Cluster;

namespace Catena.Faults.Faults;

/// <summary>Has a cluster pass from mode to mode of replication while clients use it and faults strike it.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="seed">What modes and pauses are drawn from.</param>
internal sealed class ModeChanger(TestCluster cluster, ulong seed)
{
    private const int LeastPauseMilliseconds = 2_000;
    private const int MostPauseMilliseconds = 8_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly Prng _random = new(seed);
    private string _asked = ReplicationModes.NameOf(ReplicationMode.PrimaryBackup);

    /// <summary>Asks for another mode every few seconds. Partitions that are without a first member just then stay behind, so that modes are mixed.</summary>
    /// <param name="tell">Hears what was asked for.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task RunAsync(Action<string> tell, CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                await Task.Delay(LeastPauseMilliseconds + _random.Next(MostPauseMilliseconds - LeastPauseMilliseconds), cancellation);
                tell("to replicate as " + Draw());
                await cluster.AskModeAsync(_asked);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // That is its end.
        }
    }

    /// <summary>Has a whole cluster, of which nothing is struck, pass into another mode.</summary>
    /// <returns>What is wrong: that it did not come about; null if it did.</returns>
    public async Task<string?> SettleAsync(CancellationToken cancellation)
    {
        var lack = await cluster.PassIntoAsync(Draw(), Patience, cancellation);
        return lack is null ? null : $"{Patience.TotalSeconds} s after a whole cluster was asked to replicate as {_asked}, {lack}";
    }

    private string Draw()
    {
        var others = ReplicationModes.Names.Where(name => name != _asked).ToList();
        return _asked = others[_random.Next(others.Count)];
    }
}
