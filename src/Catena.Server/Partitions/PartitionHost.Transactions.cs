using System.Buffers;
using Catena.Core.Commands;
using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Core.Transactions;
using Catena.Server.Routing;
using Catena.Storage.Errors;

namespace Catena.Server.Partitions;

/// <content>
/// What transactions over several partitions ask of each: commands wait for the keys that a prepared one holds, the older have their way, and whoever has heard
/// nothing for too long asks.
/// </content>
public sealed partial class PartitionHost
{
    private const long WatchInterval = 100_000_000;
    private const long AskInterval = 1_000_000_000;

    /// <summary>How often is asked at least: what waits for somebody outside the cluster may wait for an hour, and its decision is brought anyway.</summary>
    private const long MaxAskInterval = 30_000_000_000;

    /// <summary>How often a decision that is still remembered is brought to its participants once more.</summary>
    private const long DeliverInterval = 60_000_000_000;

    /// <summary>How long the coordinator of something prepared must have seemed dead, which it may only have seemed.</summary>
    private const long DeadGrace = 200_000_000;

    /// <summary>How long a decision is remembered whose coordinator has not come back to say that it will ask no more.</summary>
    private const long Retention = 3_600_000_000_000;

    private readonly LockQueue _lockQueue = new();
    private readonly PreparedKeys _prepared = new();
    private readonly Dictionary<TransactionId, (long Since, long NextAsk)> _doubts = [];
    private int _preparedCopy;
    private int _releasesSeen;
    private bool _isRetrying;
    private long _nextWatch;

    /// <summary>The transactions that are prepared here and not decided, as far as is known; empty where this replica does not decide.</summary>
    public IReadOnlyList<PreparedTransaction> Prepared
    {
        get
        {
            lock (_gate)
            {
                return _isServing ? [.. _pending.Transactions.Locks.Prepared] : [];
            }
        }
    }

    /// <summary>What is kept here of transactions; empty where this replica does not decide.</summary>
    public IReadOnlyList<TransactionStanding> Transactions
    {
        get
        {
            lock (_gate)
            {
                if (!_isServing)
                {
                    return [];
                }

                var now = _ports.Now;
                var book = _pending.Transactions;
                return
                [
                    .. book.Locks.Prepared.Select(prepared => new TransactionStanding(
                        prepared.Id, TransactionVerdict.Prepared, prepared.Home, prepared.Locks.Length, prepared.IsExternal, AgeOf(prepared.Id, now))),
                    .. book.Decisions.Select(decision => new TransactionStanding(decision.Key, decision.Value.Verdict, Id, 0, IsExternal: false, AgeOf(decision.Key, now))),
                ];
            }
        }
    }

    /// <summary>Decides a command, unless it waits for keys that a transaction holds.</summary>
    private void DecideUnlessLocked(in Command command, in RequestId request, ICommandSink sink, long tag)
    {
        if (!_isRetrying)
        {
            // Who waits for what has been let go in this turn came before.
            RetryLocked();
        }

        if (IsRepeated(request, sink, tag))
        {
            return;
        }

        if (command.Kind == CommandKind.Finish && command.Value.Length == TransactionId.Length)
        {
            // Whoever still waits for the transaction's sake need not any more.
            foreach (var waiter in _lockQueue.TakeOf(TransactionId.Read(command.Value)))
            {
                waiter.Sink.Complete(waiter.Tag, Refusals.TransactionOver);
            }
        }

        if (!AwaitsLocks(command, request, sink, tag))
        {
            DecideOrRefuse(command, request, sink, tag);
        }
    }

    /// <summary>Whether anything is locked, or somebody waits for what was.</summary>
    private bool HasLocks => !_pending.Transactions.Locks.IsEmpty || _lockQueue.Count > 0;

    private bool AwaitsLocks(in Command command, in RequestId request, ICommandSink sink, long tag)
    {
        var locks = _pending.Transactions.Locks;
        if (!HasLocks || !TryCheckLocks(command, locks, out var check, out var self) || !check.Waits)
        {
            return false;
        }

        if (self.IsNone && command.IsWrite && !_settings.Transactions.Rules.WritesRespectLocks)
        {
            return false;
        }

        AwaitLocks(check.Needs, check.Holder, self, command, request, sink, tag);
        return true;
    }

    private void AwaitLocks(
        LockNeeds needs, PreparedTransaction? holder, in TransactionId self, in Command command, in RequestId request, ICommandSink sink, long tag)
    {
        _lockQueue.Add(self, _ports.WallMilliseconds, _ports.Now + _settings.Patience, needs, command, request, sink, tag);
        if (holder is { IsExternal: false } && !self.IsNone && self < holder.Id)
        {
            // The older has its way: the younger is aborted, unless it is decided already.
            _ports.InDoubt(Id, holder);
        }
    }

    /// <summary>Whether what has been decided would change a key that a transaction holds: a key past its time is deleted by whoever only reads it.</summary>
    private bool AwaitsReleases(in Command command, in RequestId request, ICommandSink sink, long tag)
    {
        var locks = _pending.Transactions.Locks;
        if (locks.IsEmpty || !_settings.Transactions.Rules.WritesRespectLocks)
        {
            return false;
        }

        var self = command.Kind switch
        {
            CommandKind.Prepare or CommandKind.Decide when TransactionPart.TryRead(command.Items, out var part) => part.Id,
            CommandKind.Finish or CommandKind.Forget => TransactionId.Read(command.Value),
            _ => default,
        };
        for (var mutations = new MutationReader(_decider.Mutations); mutations.MoveNext();)
        {
            if (locks.FindHolder(mutations.Current.Key, isExclusive: true, self) is { } holder)
            {
                var needs = new LockNeeds();
                needs.Keys.Add((mutations.Current.Key.ToArray(), true));
                AwaitLocks(needs, holder, self, command, request, sink, tag);
                return true;
            }
        }

        return false;
    }

    /// <summary>Finds out what a command needs and who holds it.</summary>
    /// <returns>False where it needs nothing.</returns>
    private bool TryCheckLocks(in Command command, LockTable locks, out LockCheck check, out TransactionId self)
    {
        self = default;
        check = default;
        switch (command.Kind)
        {
            case CommandKind.Prepare or CommandKind.Decide:
                if (!TransactionPart.TryRead(command.Items, out var part) || IsDecidedOrAborts(command, part))
                {
                    return false;
                }

                self = part.Id;
                check = new LockCheck(locks, _lockQueue, self);
                check.Visit(part);
                return true;
            case CommandKind.Transact:
                check = new LockCheck(locks, _lockQueue, self);
                if (TransactionProgram.TryRead(command.Items, out var program))
                {
                    program.VisitKeys(ref check);
                }

                return true;
            case CommandKind.Look:
                check = new LockCheck(locks, _lockQueue, self);
                check.VisitStored(command.Items);
                return true;
            case CommandKind.PutEach:
                check = new LockCheck(locks, _lockQueue, self);
                check.VisitStoredPairs(command.Items);
                return true;
            case CommandKind.LookRange:
                // Its own locks are not in its way, nor does it hold anything while it looks.
                check = new LockCheck(locks, _lockQueue, command.Value.Length == TransactionId.Length ? TransactionId.Read(command.Value) : default);
                check.VisitRange(command);
                return true;
            case CommandKind.Clear or CommandKind.DropTable:
                check = new LockCheck(locks, _lockQueue, self);
                check.NeedTable(command.Table);
                return true;
            default:
                check = new LockCheck(locks, _lockQueue, self);
                CommandKeys.Visit(command, ref check);
                return CommandKeys.AreNamed(command.Kind);
        }
    }

    private bool IsDecidedOrAborts(in Command command, TransactionPart part)
    {
        var wants = command.Kind == CommandKind.Prepare ? TransactionVerdict.Prepared : (TransactionVerdict)command.Number;
        return wants is not (TransactionVerdict.Prepared or TransactionVerdict.Committed) || _pending.Transactions.Decisions.ContainsKey(part.Id);
    }

    /// <summary>Tries those once more who waited for what has been let go.</summary>
    /// <returns>Whether there was anybody.</returns>
    private bool RetryLocked()
    {
        var releases = _pending.Transactions.Releases + _prepared.Releases;
        if (releases == _releasesSeen)
        {
            return false;
        }

        _releasesSeen = releases;
        if (_lockQueue.Count == 0)
        {
            return false;
        }

        _isRetrying = true;
        _lockQueue.Retry(waiter =>
        {
            var reader = new ByteReader(waiter.Encoded);
            Take(CommandCodec.Read(ref reader), waiter.Request, waiter.Sink, waiter.Tag);
        });
        _isRetrying = false;
        return true;
    }

    private void ExpireLocked(long now)
    {
        foreach (var late in _lockQueue.TakeLate(now))
        {
            late.Sink.Complete(late.Tag, Refusals.Locked);
        }
    }

    private void DismissLocked()
    {
        foreach (var waiter in _lockQueue.TakeAll())
        {
            waiter.Sink.Complete(waiter.Tag, Refusals.NotMine);
        }
    }

    /// <summary>Lets a read wait here, at a reader that decides nothing, until the transaction that has prepared a write of its key is carried out.</summary>
    private void AwaitPrepared(in Command command, ICommandSink sink, long tag) =>
        _lockQueue.Add(default, _ports.WallMilliseconds, _ports.Now + _settings.Patience, LockNeeds.Nothing, command, RequestId.None, sink, tag);

    /// <summary>Takes over what the applied state says of transactions.</summary>
    /// <returns>False where it cannot be read because of damage.</returns>
    private bool TryLoadTransactions()
    {
        _doubts.Clear();
        return !_settings.Transactions.Rules.LocksOutliveFailover || TryVisitRecords(_pending.Transactions.Note);
    }

    /// <summary>Makes the picture of what is prepared anew where the state was replaced as a whole.</summary>
    private void FollowCopy()
    {
        if (_store.Copy != _preparedCopy)
        {
            _preparedCopy = _store.Copy;
            _prepared.Clear();
            TryVisitRecords(_prepared.Applied);
        }
    }

    private bool TryVisitRecords(RecordVisitor.Taker taker)
    {
        Span<byte> from = stackalloc byte[StoredKey.PrefixLength];
        Span<byte> to = stackalloc byte[StoredKey.PrefixLength];
        TransactionKeys.WritePrefix(from, _settings.Slots);
        from.CopyTo(to);
        var end = to.Length - 1;
        while (end >= 0 && ++to[end] == 0)
        {
            end--;
        }

        var visitor = new RecordVisitor(taker);
        try
        {
            _store.Scan(from, to, int.MaxValue, int.MaxValue, ref visitor);
            return true;
        }
        catch (StorageDamagedException damage)
        {
            // The copy is given up, or where it is the only one, stands still: nobody knows what is locked.
            _log.NoteDamage(damage);
            return false;
        }
    }

    /// <summary>Asks what became of what has been prepared for too long, and has decisions brought to those who have not heard.</summary>
    private void WatchTransactions(long now)
    {
        if (now < _nextWatch)
        {
            return;
        }

        _nextWatch = now + WatchInterval;
        var book = _pending.Transactions;
        if (!_isServing || (book.Locks.IsEmpty && book.Decisions.Count == 0))
        {
            _doubts.Clear();
            return;
        }

        foreach (var gone in _doubts.Keys.Where(id => book.Locks.Find(id) is null && !book.Decisions.ContainsKey(id)).ToArray())
        {
            _doubts.Remove(gone);
        }

        var options = _settings.Transactions;
        foreach (var prepared in book.Locks.Prepared.ToArray())
        {
            var isAlive = _health.IsSameLife(prepared.Id.Node, prepared.Id.Incarnation);
            if (IsDue(prepared.Id, now, prepared.IsExternal ? options.ExternalInDoubtLimit : !isAlive ? DeadGrace : prepared.LocksFirst ? options.LockedInDoubtLimit : options.InDoubtLimit, AskInterval, out _))
            {
                _ports.InDoubt(Id, prepared);
            }
        }

        foreach (var (id, decision) in book.Decisions.ToArray())
        {
            var isAlive = _health.IsSameLife(id.Node, id.Incarnation);
            if ((IsApplied(id) || !options.Rules.DeliversOnlyCommitted) && IsDue(id, now, isAlive ? options.InDoubtLimit : DeadGrace, DeliverInterval, out var age))
            {
                // It outlives everybody who could still ask for the opposite: a coordinator that was answered forgets it itself, and one that lives
                // and was not will ask to abort.
                var mayForget = !options.Rules.DecisionsOutliveCoordinators
                    || (decision.IsExternal ? age >= options.ExternalRetention : age >= Retention || _store.Results.IsSuperseded(id.Node.Value, id.Incarnation));
                _ports.Undelivered(Id, id, decision, mayForget);
            }
        }
    }

    /// <summary>Whether a decision is committed: before that it may still be lost, and nobody may hear of it.</summary>
    private bool IsApplied(in TransactionId id)
    {
        Span<byte> key = stackalloc byte[TransactionKeys.Length];
        TransactionKeys.WriteDecision(key, _settings.Slots, id);
        return _store.TryGetVersion(key, out _, out _);
    }

    private long AgeOf(in TransactionId id, long now) => _doubts.TryGetValue(id, out var known) ? now - known.Since : 0;

    private bool IsDue(in TransactionId id, long now, long limit, long interval, out long age)
    {
        var (since, nextAsk) = _doubts.TryGetValue(id, out var known) ? known : (now, now);
        age = now - since;
        var isDue = age >= limit && now >= nextAsk;
        _doubts[id] = (since, isDue ? now + Math.Max(interval, Math.Min(age / 8, MaxAskInterval)) : nextAsk);
        return isDue;
    }

    private readonly struct RecordVisitor(RecordVisitor.Taker taker) : IEntryVisitor
    {
        internal delegate void Taker(in Mutation mutation);

        public bool Visit(ReadOnlySpan<byte> storedKey, ReadOnlySpan<byte> value, Lsn version, long expiry)
        {
            taker(new Mutation { Kind = MutationKind.Put, Key = storedKey, Value = value });
            return true;
        }
    }
}
