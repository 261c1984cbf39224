using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Catena.Core.Commands;
using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Storage.Errors;
using Catena.Storage.Partitions;

namespace Catena.Server.Partitions;

/// <content>What backups, restores and exports need of a partition: readings of its state and log, and holds.</content>
public sealed partial class PartitionHost
{
    private static readonly Task<bool> NotProven = Task.FromResult(false);

    private readonly WriteHold _hold = new();

    internal Lsn AppliedNow => Applied;

    /// <summary>Begins to read the state, and keeps the log from what is applied now on.</summary>
    /// <param name="reading">The reading; whoever has it disposes it.</param>
    /// <returns>False where this replica is not the first member, or does not serve yet.</returns>
    public bool TryBeginReading([NotNullWhen(true)] out PartitionReading? reading)
    {
        lock (_gate)
        {
            reading = _isServing ? Pinned(_store.Applied) : null;
            return reading is not null;
        }
    }

    /// <summary>Begins to read the log behind an entry.</summary>
    /// <param name="after">The entry.</param>
    /// <param name="reading">The reading; whoever has it disposes it.</param>
    /// <returns>Why it cannot be read.</returns>
    public ReadRefusal TryBeginReading(Lsn after, out PartitionReading? reading)
    {
        lock (_gate)
        {
            var refusal = Locate(after);
            reading = refusal == ReadRefusal.None ? Pinned(after) : null;
            return refusal;
        }
    }

    /// <summary>Whether the log behind an entry can be read here.</summary>
    /// <param name="after">The entry.</param>
    public ReadRefusal Find(Lsn after)
    {
        lock (_gate)
        {
            return Locate(after);
        }
    }

    /// <summary>Begins a hold: until its end nothing is decided here that changes anything.</summary>
    /// <param name="hold">What it will be known by; not 0.</param>
    /// <param name="limit">How long it lasts at most, in nanoseconds.</param>
    /// <param name="mark">The last entry of the log, which stays the last.</param>
    /// <returns>False where this replica does not decide commands, or another hold is on.</returns>
    public bool TryHold(ulong hold, long limit, out Lsn mark)
    {
        lock (_gate)
        {
            EndOverdueHold();
            PumpSoon();
            mark = _store.LastLsn;
            if (!_isServing || _hold.IsOn)
            {
                return false;
            }

            _hold.Begin(hold, _replica.Epoch, mark, _ports.Now + limit);
            _isQuiet = false;
            return true;
        }
    }

    /// <summary>Ends a hold, and decides what waited.</summary>
    /// <param name="hold">Its id.</param>
    /// <returns>
    /// Whether the hold was on until now, in one epoch and with the log as it was, and nobody else can have decided anything in that time
    /// (<see cref="IsSoleDeciderAsync" />).
    /// </returns>
    public Task<bool> ReleaseAsync(ulong hold)
    {
        lock (_gate)
        {
            var isUnbroken = _hold.IsUnbroken(hold, _replica.Epoch, _store.LastLsn, _ports.Now) ? ProveAsync() : NotProven;
            if (_hold.Is(hold))
            {
                _hold.End();
                DecideHeld();
                Pump();
            }

            return isUnbroken;
        }
    }

    /// <summary>Whether this replica decides commands in this epoch, and nobody else can have done so since it began.</summary>
    /// <remarks>
    /// No member has acknowledged a later epoch: each has granted a lease that holds, or, in a chain, whose first member holds no leases, has an entry
    /// that is proposed now.
    /// </remarks>
    internal Task<bool> IsSoleDeciderAsync(Epoch epoch)
    {
        lock (_gate)
        {
            // An entry would break the hold; whoever asks, asks again.
            var mayProve = _replica.Epoch == epoch && !(_hold.IsOn && _readsApplied);
            var proof = mayProve ? ProveAsync() : NotProven;
            Pump();
            return proof;
        }
    }

    /// <summary>Reads a piece of one copy's state, beside whatever else goes on.</summary>
    /// <returns>False where another copy has taken its place, so that nothing read since counts.</returns>
    /// <exception cref="StorageDamagedException">It is damaged, and there is no other copy.</exception>
    internal bool TryReadPiece(int copy, ReadOnlySpan<byte> from, int maxBytes, IBufferWriter<byte> output, out byte[]? next)
    {
        try
        {
            _store.ReadSnapshotChunk(from, maxBytes, output, out next);
            return _store.Copy == copy;
        }
        catch (StorageDamagedException damage) when (MeetWhileReading(damage, copy))
        {
            next = null;
            return false;
        }
    }

    /// <summary>Visits keys of one copy's applied state in order, beside whatever else goes on.</summary>
    /// <returns>False where another copy has taken its place, so that nothing visited counts.</returns>
    /// <exception cref="StorageDamagedException">It is damaged, and there is no other copy.</exception>
    internal bool TryVisit<TVisitor>(int copy, ReadOnlySpan<byte> from, int maxBytes, ref TVisitor visitor, out ScanOutcome outcome)
        where TVisitor : IEntryVisitor
    {
        try
        {
            outcome = _store.Scan(from, default, int.MaxValue, maxBytes, ref visitor);
            return _store.Copy == copy;
        }
        catch (StorageDamagedException damage) when (MeetWhileReading(damage, copy))
        {
            outcome = default;
            return false;
        }
    }

    internal bool TryReadLog(int copy, Lsn after, ulong through, int maxBytes, IBufferWriter<byte> output, out Lsn last)
    {
        lock (_gate)
        {
            last = after;
            if (_store.Copy != copy)
            {
                return false;
            }

            through = Math.Min(through, _store.Applied.Sequence);
            if (through <= after.Sequence)
            {
                return true;
            }

            if (after.Sequence + 1 < _store.FirstReadable)
            {
                return false;
            }

            try
            {
                var sequence = after.Sequence + (ulong)_store.ReadFrames(after.Sequence + 1, through, maxBytes, output);
                last = new Lsn(_store.EpochOf(sequence), sequence);
                return true;
            }
            catch (StorageDamagedException damage)
            {
                // The state has what these entries did, here or in another copy.
                _log.NoteDamage(damage);
                Pump();
                return false;
            }
        }
    }

    internal void EndReading(ulong after)
    {
        lock (_gate)
        {
            _store.UnpinLog(after);
        }
    }

    private Task<bool> ProveAsync()
    {
        if (!_isServing || !_readsApplied)
        {
            return Task.FromResult(_isServing && MayRead);
        }

        var proof = new ProofSink();
        AnswerByEntry(Ok, RequestId.None, proof, 0);
        return proof.Outcome;
    }

    private ReadRefusal Locate(Lsn after)
    {
        if (!_isServing)
        {
            return ReadRefusal.NotMine;
        }

        if (after.Sequence > _store.LastLsn.Sequence)
        {
            return ReadRefusal.NotOnLineage;
        }

        if (after.Sequence + 1 < _store.FirstReadable)
        {
            return ReadRefusal.NotKept;
        }

        return _store.EpochOf(after.Sequence) == after.Epoch ? ReadRefusal.None : ReadRefusal.NotOnLineage;
    }

    private PartitionReading Pinned(Lsn after)
    {
        _store.PinLog(after.Sequence);
        return new PartitionReading(this, after, _replica.Epoch, _settings.Slots, _store.Copy);
    }

    /// <summary>Sees to damage that a reading beside the lock has met.</summary>
    /// <returns>Whether the copy has gone, so that another has what was wanted.</returns>
    private bool MeetWhileReading(StorageDamagedException damage, int copy)
    {
        MeetDamage(damage, copy);
        return _store.Copy != copy;
    }

    /// <summary>Ends a hold where this replica has lost its place, so that nobody waits here for what is decided elsewhere.</summary>
    private void SendHeldAway()
    {
        if (_hold.IsOn && !_isServing)
        {
            _hold.End();
            DecideHeld();
        }
    }

    private void EndOverdueHold()
    {
        if (_hold.IsOver(_ports.Now))
        {
            _hold.End();
            DecideHeld();
        }
    }

    /// <summary>Decides what waited for the end of a hold, or sends it away where it is no longer this replica's to decide.</summary>
    private void DecideHeld()
    {
        while (_hold.TryTake(out var held))
        {
            if (!_isServing)
            {
                held.Sink.Complete(held.Tag, Refusals.NotMine);
                continue;
            }

            var reader = new ByteReader(held.Encoded);
            DecideUnlessLocked(CommandCodec.Read(ref reader), held.Request, held.Sink, held.Tag);
        }
    }
}
