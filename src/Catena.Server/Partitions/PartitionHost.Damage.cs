using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Server.Routing;
using Catena.Storage.Errors;
using Catena.Storage.Partitions;

namespace Catena.Server.Partitions;

/// <content>
/// What happens where the disk does not give back what was written. A copy that others have is given up in place, as recovery gives one up: what is held is
/// dropped, durably, and a fresh replica tells the others that it has lost its copy; it is dropped and comes back as a learner. A copy that nobody else has is kept,
/// and what was hit cannot be read until it is written anew.
/// </content>
public sealed partial class PartitionHost
{
    private byte[]? _damagedRefusal;

    /// <summary>What damage this copy has met.</summary>
    public DamageStatus Damage
    {
        get
        {
            lock (_gate)
            {
                return _damage.Status;
            }
        }
    }

    private byte[] DamagedRefusal =>
        _replica.Configuration is { Members.Length: > 1 } ? Refusals.DamagedHere : _damagedRefusal ??= Refusals.Damaged(_settings.Replica.Self);

    /// <summary>Takes the word that something of this partition was read, beside the lock, and is damaged.</summary>
    /// <param name="damage">What was met.</param>
    /// <param name="copy">What <see cref="PartitionStore.Copy" /> was before it was read; where it is another by now, nothing happens.</param>
    public void MeetDamage(StorageDamagedException damage, int copy)
    {
        ArgumentNullException.ThrowIfNull(damage);
        lock (_gate)
        {
            if (_store.Copy == copy)
            {
                _log.NoteDamage(damage);
                Pump();
            }
        }
    }

    /// <summary>Answers a read that met damage beside the lock.</summary>
    /// <returns>False where another copy has the answer.</returns>
    private bool TryRefuse(StorageDamagedException damage, int copy, ICommandSink sink, long tag)
    {
        lock (_gate)
        {
            if (_store.Copy != copy)
            {
                return false;
            }

            _log.NoteDamage(damage);
            Pump();
            if (_replica.HasGivenUp)
            {
                return false;
            }

            sink.Complete(tag, DamagedRefusal);
            return true;
        }
    }

    private void DecideOrRefuse(in Command command, in RequestId request, ICommandSink sink, long tag)
    {
        try
        {
            Decide(command, request, sink, tag);
        }
        catch (StorageDamagedException damage)
        {
            // Nothing has been appended: a decision reads first.
            sink.Complete(tag, Meet(damage) ? Refusals.NotMine : DamagedRefusal);
        }
    }

    /// <summary>Sees to damage: gives the copy up where that loses nothing, or notes what cannot be read.</summary>
    /// <remarks>What is read to feed others may be given up for by itself: a log entry that is applied is in the state as well.</remarks>
    /// <returns>Whether the copy was given up, so that the replica is another.</returns>
    private bool Meet(StorageDamagedException damage)
    {
        var isNews = _damage.Note(damage);
        if (!_replica.HasGivenUp && _replica.MayLoseCopy && TryGiveUp(damage))
        {
            return true;
        }

        if (isNews)
        {
            _ports.Report(Id, new ReplicaEvent(ReplicaEventKind.Damaged, _replica.Epoch, $"{damage.Message} No other copy is within reach, so this one is kept."));
        }

        if (damage.Sequence != 0 && damage.Sequence <= _store.Applied.Sequence)
        {
            // Followers that need it are fed the state instead.
            _store.ForgetLogThrough(damage.Sequence);
        }

        return false;
    }

    /// <summary>Gives the copy up and begins again as a restart after damage would.</summary>
    /// <remarks>
    /// Readers beside the lock are shut out before the state goes. Promises that the replica made as a grantor of leases are waited out, as after a restart. What it has
    /// appended and not seen committed may yet be committed by others.
    /// </remarks>
    /// <returns>False where the disk is too full to note it: the next damage that is met tries again.</returns>
    private bool TryGiveUp(StorageDamagedException damage)
    {
        Volatile.Write(ref _readableUntil, 0);
        _isServing = false;
        long position;
        try
        {
            position = _store.Reset(ResetReason.Damaged);
        }
        catch (StorageFullException)
        {
            return false;
        }

        _damage.GaveUp();
        _ports.Report(Id, new ReplicaEvent(ReplicaEventKind.Damaged, _replica.Epoch, damage.Message));
        _pending.Clear();
        _waiting.Dismiss(readsOnly: false);
        _log.ReleaseReads();
        _log = new ReplicaLog(_store);
        _log.Note(position);
        var now = _ports.Now;
        var promisesUntil = Math.Max(_promisesUntil, now + _settings.Replica.Promise);
        var record = ReplicaRecord.Read(_store.ReplicaState.Span);
        _replica = new Replica(_settings.Replica, _log, _health, new ReplicaStart(record, now, promisesUntil, IsSuspect: false, GaveUp: true));
        _servedEpoch = Epoch.None;
        return true;
    }
}
