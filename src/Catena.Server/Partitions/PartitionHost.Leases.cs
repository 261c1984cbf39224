using Catena.Core.Primitives;
using Catena.Core.Replication.Leases;

namespace Catena.Server.Partitions;

/// <content>Leases: asked for as a reader, granted as anybody else, and until when they let reads be answered.</content>
public sealed partial class PartitionHost
{
    private long _readableUntil;

    /// <summary>Whether this node is a reader and <paramref name="grantor" /> another replica that may grant it a lease; in which epoch.</summary>
    public bool WantsLeaseFrom(NodeId grantor, out LeaseRequest request)
    {
        lock (_gate)
        {
            request = new LeaseRequest(Id, _replica.Epoch);
            return !_replica.HasGivenUp
                && _replica.Configuration is { } configuration
                && configuration.IsReader(_settings.Replica.Self)
                && grantor != _settings.Replica.Self
                && configuration.Lists(grantor);
        }
    }

    /// <summary>Grants a lease where the replica allows it.</summary>
    public bool GrantLease(NodeId reader, Epoch epoch, long now)
    {
        lock (_gate)
        {
            return _replica.GrantLease(reader, epoch, now);
        }
    }

    /// <summary>Takes a granted lease, and answers the reads that waited for it.</summary>
    public void LeaseGranted(NodeId grantor, Epoch epoch, long askedAt)
    {
        lock (_gate)
        {
            _replica.LeaseGranted(grantor, epoch, askedAt, _ports.Now);
            PublishReadability();
            AnswerLeased();
            AnswerQuestioned();
        }
    }

    /// <summary>Strikes out promises to a node that has said that it reads no more.</summary>
    public void LeaseReturned(NodeId reader)
    {
        lock (_gate)
        {
            _replica.LeaseReturned(reader);
            Pump();
        }
    }

    private bool MayRead => !_isRetired && _ports.Now < _replica.ReadableUntil;

    private void AnswerLeased()
    {
        if (_waiting.WantsLease && MayRead)
        {
            _waiting.Leased();
        }
    }

    private void PublishReadability()
    {
        // With too few members to commit, keys with pending writes are refused, which only the path under the lock can tell.
        var isWhole = _readsApplied || _replica.HasMinInSync || _pending.IsEmpty;
        var isLoaded = _servedEpoch == _replica.Epoch;
        Volatile.Write(ref _readableUntil, isWhole && isLoaded && !_isRetired ? _replica.ReadableUntil : 0);
    }
}
