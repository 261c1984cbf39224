using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Server.Coordination.Documents;
using Catena.Server.Coordination.Tree;
using Catena.ZooKeeper.Client;
using Catena.ZooKeeper.Protocol;

namespace Catena.Server.Coordination;

/// <summary>Changes configurations by compare-and-set.</summary>
/// <remarks>
/// <para>
/// A configuration is written over the version of the znode that held the one it follows (<see cref="Configuration.Follows" />), so of all that are
/// proposed over one configuration one is accepted; and epochs have no gaps but those that a first member was asked to make.
/// </para>
/// <para>
/// A lost answer leaves the outcome open. The same configuration is then tried again: either it is read back, or another is, or it is written now. Until one of
/// the three is known it may still be on its way, so nothing is called "not submitted" after that.
/// </para>
/// </remarks>
/// <param name="tree">What is known.</param>
/// <param name="paths">Where things are.</param>
/// <param name="session">Gives the session; null while there is none.</param>
/// <param name="written">Hears that the tree has changed.</param>
internal sealed class ConfigurationStore(ClusterTree tree, CoordinationPaths paths, Func<CoordinatorSession?> session, Action written)
{
    private const int MaxAttempts = 4;

    private readonly Lock _gate = new();
    private readonly Dictionary<PartitionId, Configuration> _inDoubt = [];

    /// <summary>Writes a configuration, or tells why not.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="next">The configuration.</param>
    /// <param name="cancellationToken">Ends the wait; the outcome is unknown then.</param>
    public async Task<ConfigurationWrite> TryWriteAsync(PartitionId partition, Configuration next, CancellationToken cancellationToken)
    {
        var write = await AttemptAsync(partition, next, cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            if (write.Outcome == ConfigurationWriteOutcome.NotSubmitted && _inDoubt.GetValueOrDefault(partition) == next)
            {
                return write with { Outcome = ConfigurationWriteOutcome.Unknown };
            }

            if (write.Outcome == ConfigurationWriteOutcome.Unknown)
            {
                _inDoubt[partition] = next;
            }
            else
            {
                _inDoubt.Remove(partition);
            }
        }

        return write;
    }

    private async Task<ConfigurationWrite> AttemptAsync(PartitionId partition, Configuration next, CancellationToken cancellationToken)
    {
        var isWriting = false;
        try
        {
            for (var attempt = 0; attempt < MaxAttempts; attempt++)
            {
                var known = tree.Find(partition);
                if (known is not null && known.Configuration.Epoch > next.Follows)
                {
                    var outcome = known.Configuration == next ? ConfigurationWriteOutcome.Accepted : ConfigurationWriteOutcome.Superseded;
                    return new ConfigurationWrite(outcome, known.Configuration);
                }

                if (session() is not { IsUsable: true } usable)
                {
                    return NotSubmitted("ZooKeeper cannot be reached");
                }

                if (known is { IsCurrent: true } && known.Configuration.Epoch == next.Follows)
                {
                    isWriting = true;
                    if (await TrySetAsync(usable.Client, partition, next, known.Version, cancellationToken).ConfigureAwait(false))
                    {
                        return new ConfigurationWrite(ConfigurationWriteOutcome.Accepted, next);
                    }

                    isWriting = false;
                }

                tree.Apply(await TreeReader.ReadAsync(usable.Client, paths.PartitionOf(partition), cancellationToken).ConfigureAwait(false));
            }

            return NotSubmitted($"ZooKeeper does not hold the configuration of epoch {next.Follows}");
        }
        catch (ZooKeeperException e)
        {
            return isWriting && e.OutcomeUnknown ? Unknown(e.Message) : NotSubmitted(e.Message);
        }
        catch (ObjectDisposedException)
        {
            return NotSubmitted("the session has ended");
        }
        catch (OperationCanceledException)
        {
            return isWriting ? Unknown("nobody waited for the answer") : NotSubmitted("nobody waited");
        }
    }

    private async Task<bool> TrySetAsync(
        ZooKeeperClient client, PartitionId partition, Configuration next, int version, CancellationToken cancellationToken)
    {
        try
        {
            var stat = await client.SetDataAsync(
                paths.PartitionOf(partition), DocumentCodec.Encode(next), version, cancellationToken).ConfigureAwait(false);
            tree.SetPartition(partition, next, stat.Version);
            written();
            return true;
        }
        catch (ZooKeeperException e) when (e.Code == ErrorCode.BadVersion)
        {
            return false;
        }
    }

    private static ConfigurationWrite NotSubmitted(string reason) => new(ConfigurationWriteOutcome.NotSubmitted, null, reason);

    private static ConfigurationWrite Unknown(string reason) => new(ConfigurationWriteOutcome.Unknown, null, reason);
}
