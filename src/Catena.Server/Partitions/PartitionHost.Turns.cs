using Catena.Server.Node;
using Catena.Storage.Errors;
using Catena.Storage.Indexing;

namespace Catena.Server.Partitions;

/// <content>What follows from what the host was given: done at the end of a turn, once for all of it.</content>
public sealed partial class PartitionHost
{
    /// <summary>The step of a quiet partition's time in which keys expire or decisions wait to be delivered.</summary>
    private const long ShortStep = 100_000_000;

    /// <summary>The step of a quiet partition's time in which nothing is known to be due.</summary>
    private const long LongStep = 500_000_000;

    private volatile bool _isQuiet;
    private volatile bool _hasTimedWork;
    private volatile bool _takesGroups;
    private bool _isDue;
    private bool _isLeft;
    private bool _isHeldBack;
    private long _flightNumber;

    /// <summary>Whether nothing is under way here that time alone moves on, so that it may pass in longer steps. May be read on any thread.</summary>
    public bool IsQuiet => _isQuiet;

    /// <summary>Whether puts may be given to it in groups, as far as is known. May be read on any thread.</summary>
    public bool TakesGroups => _takesGroups;

    /// <summary>Whether all puts are decided at once: this member decides, its log does not stand still, and nothing is locked.</summary>
    private bool TakesGroupsNow => _isServing && !_hold.IsOn && !HasLocks;

    /// <summary>In which steps its time may pass while it is quiet, in nanoseconds. May be read on any thread.</summary>
    public long QuietStep => _hasTimedWork ? ShortStep : LongStep;

    /// <summary>The turn that noted this partition last, of those that have not ended; guarded by the partition's lock.</summary>
    internal Turn? DueIn { get; set; }

    /// <summary>Does what was put off to the end of a turn.</summary>
    /// <param name="holdsBack">Whether entries that are new are held back from others (<see cref="Flight" />). What else is to be done is done; for them, the partition is to be settled once more.</param>
    internal void Settle(bool holdsBack)
    {
        lock (_gate)
        {
            if (_isDue)
            {
                Pump(holdsBack);
            }
        }
    }

    /// <summary>Begins to bring what <see cref="Settle" /> may apply into the processor's cache; one step of all partitions of a turn before the next. Any thread, without the lock.</summary>
    internal void PrefetchStable(PrefetchStep step) => _store.PrefetchStable(step);

    /// <summary>Leaves what was put off to whoever flushes the journal next, where the log has grown.</summary>
    /// <param name="isNew">Whether it was not left before.</param>
    /// <returns>Whether it was.</returns>
    internal bool TryLeave(out bool isNew)
    {
        lock (_gate)
        {
            isNew = false;
            if (!_isDue || _log.LastPosition == _flushAskedFor)
            {
                return false;
            }

            isNew = !_isLeft;
            _isLeft = true;

            // The next turn is to note it again.
            DueIn = null;
            return true;
        }
    }

    /// <summary>Pumps now, or at the end of the turn where this thread is in one.</summary>
    private void PumpSoon()
    {
        _isDue = true;
        if (!_ports.TryDefer(this))
        {
            Pump();
        }
    }

    /// <summary>Whether entries were decided here that nobody else has been sent.</summary>
    private bool HasUnsent => _isServing && _replica.Fed < _store.LastLsn.Sequence;

    /// <summary>Carries out what the replica says, and sees to the damage and the locks that were met meanwhile.</summary>
    private void Pump(bool holdsBack = false)
    {
        (_isDue, _isLeft) = (false, false);
        DueIn = null;

        // Who does not decide here any more holds nothing back, though the replica may not know yet.
        holdsBack &= _isServing;
        Work(holdsBack);
        while (RetryLocked() || TryProve())
        {
            Work(holdsBack);
        }

        if (_log.TakeDamage() is { } damage && Meet(damage))
        {
            Work(holdsBack);
        }

        if (_replica.OwesWordOfApplied)
        {
            Work(holdsBack);
        }

        FollowFlight(holdsBack);

        _takesGroups = TakesGroupsNow;
        _isQuiet = _replica.IsQuiet && !_hold.IsOn && _waiting.Count + _questioned.Count + _lockQueue.Count == 0 && _pending.Transactions.Locks.IsEmpty;
        _hasTimedWork = _sweep.MeetsExpiry || _pending.Transactions.Decisions.Count > 0;
    }

    /// <summary>Says whether entries of this partition are under way, and which are held back until those of all have come in.</summary>
    private void FollowFlight(bool holdsBack)
    {
        if (_ports.Flight is not { } flight)
        {
            return;
        }

        var isUnderWay = _isServing && _store.Applied.Sequence < _replica.Fed && _replica.Configuration!.Members.Length > 1;
        if (isUnderWay && _flightNumber == 0)
        {
            _flightNumber = flight.Begin();
        }
        else if (!isUnderWay && _flightNumber != 0)
        {
            var isLast = flight.End(_flightNumber);
            _flightNumber = 0;
            if (isLast)
            {
                _ports.CameIn();
            }
        }

        var wasHeldBack = _isHeldBack;
        _isHeldBack = holdsBack && HasUnsent;
        _isDue |= _isHeldBack;
        if (_isHeldBack && !wasHeldBack)
        {
            _ports.HoldBack(this);
        }
    }

    private void Work(bool holdsBack)
    {
        var ready = _replica.TakeReady(holdsBack);
        FollowCopy();
        PublishReadability();
        for (var index = 0; index < ready.Messages.Count; index++)
        {
            _ports.Send(ready.Messages[index]);
        }

        if (ready.Committed > _store.Applied.Sequence)
        {
            Apply(ready.Committed);
        }

        NoteLeadership();
        SendHeldAway();
        _waiting.Applied(_store.Applied.Sequence, MayRead, _store.Results);
        AnswerLeased();
        AnswerQuestioned();
        if (ready.Proposal is { } proposal)
        {
            _ports.Propose(Id, proposal);
        }

        if (ready.WantsLease)
        {
            _ports.HurryBeacons();
        }

        foreach (var happened in ready.Events)
        {
            _ports.Report(Id, happened);
        }

        _log.ReleaseReads();
        _replica.Advance();
        if (_log.LastPosition != _flushAskedFor && !(holdsBack && HasUnsent))
        {
            _flushAskedFor = _log.LastPosition;
            _ports.JournalGrew(!_isServing);
        }
    }

    private void Apply(ulong committed)
    {
        try
        {
            _store.ApplyThrough(committed);
        }
        catch (StorageDamagedException damage)
        {
            _log.NoteDamage(damage);
        }

        _pending.Applied(_store.Applied.Sequence);
        _dirty.Applied(_store.Applied.Sequence);
    }
}
