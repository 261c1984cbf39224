using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Server.Coordination;

namespace Catena.Server.Node;

/// <summary>Carries the replicas' proposals to the coordinator, and what came of them back.</summary>
/// <remarks>
/// A proposal whose outcome is open is submitted again, the very same one, until the outcome is certain: a replica goes on
/// counting both configurations until then.
/// </remarks>
internal sealed class Proposer(ClusterCoordinator coordinator, NodeCore core, Action<Exception> fatal, CancellationToken stopping)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(50);

    /// <summary>Submits a proposal; returns at once.</summary>
    internal void Propose(PartitionId partition, Configuration next) => _ = Task.Run(() => SubmitAsync(partition, next), CancellationToken.None);

    private async Task SubmitAsync(PartitionId partition, Configuration next)
    {
        try
        {
            var mayHaveReached = false;
            while (!stopping.IsCancellationRequested)
            {
                var write = await coordinator.TryWriteAsync(partition, next, stopping).ConfigureAwait(false);
                switch (write.Outcome)
                {
                    case ConfigurationWriteOutcome.Accepted or ConfigurationWriteOutcome.Superseded:
                        core.Reconfigure(partition, write.Newest!);
                        return;
                    case ConfigurationWriteOutcome.NotSubmitted when !mayHaveReached:
                        core.ProposalNotSubmitted(partition, next.Epoch);
                        return;
                    default:
                        // That one attempt was not submitted says nothing about an earlier one, which may be carried out yet.
                        mayHaveReached |= write.Outcome == ConfigurationWriteOutcome.Unknown;
                        await Task.Delay(RetryDelay, stopping).ConfigureAwait(false);
                        break;
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The node stops; the outcome no longer matters to it.
        }
        catch (Exception failure)
        {
            fatal(failure);
        }
    }
}
