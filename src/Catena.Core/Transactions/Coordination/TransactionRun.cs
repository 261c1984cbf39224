using System.Buffers;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Primitives;

namespace Catena.Core.Transactions.Coordination;

/// <summary>The coordinator of one transaction over several partitions: a state machine that says what is to be asked, and takes the answers.</summary>
/// <remarks>
/// <para>
/// What the program reads is fetched with versions, without locks (Kung and Robinson, "On optimistic methods for concurrency control", TODS 6(2), 1981); the program runs here; then every partition that was read or
/// written, the home partition aside, prepares its part, which compares the versions and locks the keys, and when all have, the home partition compares its own and decides, in one
/// entry of its log. At that moment all keys that were read are as they were read, which is where the transaction stands in the order of all.
/// Whoever only reads fetches everything a second time and finds it unchanged.
/// </para>
/// <para>
/// An attempt that others got in the way of leaves nothing behind, and the next one begins, under the old age; after some, whatever the program names is locked before it is read.
/// Deterministic; not thread-safe.
/// </para>
/// </remarks>
public sealed class TransactionRun
{
    private readonly TransactionOptions _options;
    private readonly PartitionMap _map;
    private readonly byte[] _program;
    private readonly Func<ulong> _nextNumber;
    private readonly long _deadline;
    private readonly ProgramRunner _runner;
    private readonly TransactionSnapshot _snapshot = new();
    private readonly SortedDictionary<PartitionId, TransactionShare> _shares = [];
    private readonly List<TransactionAsk> _asks = [];
    private readonly List<TransactionEnding> _endings = [];
    private readonly Dictionary<int, PartitionId> _round = [];
    private readonly HashSet<PartitionId> _holders = [];
    private byte[] _results = [];
    private TransactionId _id;
    private PartitionId _home;
    private PartitionId[] _others = [];
    private TransactionPhase _phase;
    private int _number;
    private int _attempts;
    private bool _keepsAbort;

    /// <summary>A transaction that has not begun.</summary>
    /// <param name="options">Limits.</param>
    /// <param name="map">Which slots make which partition.</param>
    /// <param name="start">Its age; its number is taken anew for each attempt.</param>
    /// <param name="nextNumber">Numbers for attempts, never the same in the coordinator's life.</param>
    /// <param name="program">The verified program.</param>
    /// <param name="now">The monotonic clock.</param>
    public TransactionRun(TransactionOptions options, PartitionMap map, in TransactionId start, Func<ulong> nextNumber, byte[] program, long now)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(map);
        _options = options;
        _map = map;
        _id = start;
        _nextNumber = nextNumber;
        _program = program;
        _deadline = now + options.TimeLimit;
        _runner = new ProgramRunner(new SlotRange(new HashSlot(0), new HashSlot(HashSlot.Count - 1)), options.MaxValueBytes);
    }

    /// <summary>The attempt under way.</summary>
    public TransactionId Id => _id;

    /// <summary>What became of it, as an encoded result: results, nil where a watched key had another version, or an error; null while it is open.</summary>
    public byte[]? Outcome { get; private set; }

    /// <summary>Whether nothing is left to ask.</summary>
    public bool IsOver => _phase == TransactionPhase.Over;

    private bool Locks => _attempts > _options.LocksAfter;

    private TransactionProgram Program
    {
        get
        {
            Invariant.Holds(TransactionProgram.TryRead(_program, out var program), "a coordinator was given a malformed program");
            return program;
        }
    }

    /// <summary>Begins.</summary>
    /// <param name="wall">The wall clock, in milliseconds since 1970 UTC.</param>
    public void Begin(long wall)
    {
        var collector = new ShareCollector(_shares, _map);
        Program.VisitKeys(ref collector);
        if (collector.Count > _options.MaxKeys || _program.Length > _options.MaxBytes)
        {
            Fail(ErrorCode.TooLarge, "the transaction has too many keys or bytes"u8);
            return;
        }

        _home = _shares.Count == 0 ? default : _shares.Keys.First();
        StartAttempt(wall);
    }

    /// <summary>What is to be asked now, in order.</summary>
    public IReadOnlyList<TransactionAsk> TakeAsks()
    {
        var asks = _asks.ToArray();
        _asks.Clear();
        return asks;
    }

    /// <summary>What is left to do of attempts that are decided.</summary>
    public IReadOnlyList<TransactionEnding> TakeEndings()
    {
        var endings = _endings.ToArray();
        _endings.Clear();
        return endings;
    }

    /// <summary>Takes the result of one ask; one that is not waited for any more is ignored.</summary>
    /// <param name="number">The number of the ask.</param>
    /// <param name="result">Its result.</param>
    /// <param name="now">The monotonic clock.</param>
    /// <param name="wall">The wall clock, in milliseconds since 1970 UTC.</param>
    public void Answered(int number, ReadOnlySpan<byte> result, long now, long wall)
    {
        if (!_round.Remove(number, out var partition))
        {
            return;
        }

        switch (_phase)
        {
            case TransactionPhase.Reading or TransactionPhase.Locking:
                OnRead(partition, result, now, wall);
                break;
            case TransactionPhase.Comparing:
                OnCompared(partition, result, now, wall);
                break;
            case TransactionPhase.Preparing:
                OnPrepared(partition, result, now, wall);
                break;
            case TransactionPhase.Deciding or TransactionPhase.Asking:
                OnDecided(result, now, wall);
                break;
        }
    }

    /// <summary>Gives up what has taken too long.</summary>
    /// <param name="now">The monotonic clock.</param>
    public void Tick(long now)
    {
        if (now < _deadline || Outcome is not null)
        {
            return;
        }

        if (_phase is TransactionPhase.Deciding or TransactionPhase.Asking)
        {
            // It goes on: who has prepared must hear.
            Outcome = Error(ErrorCode.OutcomeUnknown, "the transaction may have been carried out, now or a little later"u8);
        }
        else
        {
            GiveUp(ErrorCode.TryAgain, "the transaction was not done in time; nothing happened"u8);
        }
    }

    private void StartAttempt(long wall)
    {
        _attempts++;
        _id = _id with { Number = _nextNumber() };
        _keepsAbort = false;
        _snapshot.Clear();
        _holders.Clear();
        _round.Clear();
        if (Locks)
        {
            _phase = TransactionPhase.Locking;
            _others = [.. _shares.Keys.Where(partition => partition != _home)];
            foreach (var (partition, share) in _shares)
            {
                _holders.Add(partition);
                Ask(partition, CommandKind.Prepare, items: share.ToPart(_id, PartFlags.Locks, _home, _others, _snapshot, withReads: true));
            }

            return;
        }

        _phase = TransactionPhase.Reading;
        AskForReads(CommandFlags.None);
        if (_round.Count == 0)
        {
            RunProgram(wall);
        }
    }

    private void AskForReads(CommandFlags flags)
    {
        foreach (var (partition, share) in _shares.Where(share => share.Value.Reads.Count > 0))
        {
            var keys = new ArrayBufferWriter<byte>();
            foreach (var key in share.Reads)
            {
                PackedList.Add(keys, key);
            }

            Ask(partition, CommandKind.Look, flags, items: keys.WrittenSpan.ToArray());
        }
    }

    private void OnRead(PartitionId partition, ReadOnlySpan<byte> result, long now, long wall)
    {
        var reader = new ResultReader(result);
        if (reader.Kind != ResultKind.Entries)
        {
            LetGo(partition, reader);
            Disappoint(result, now, wall);
            return;
        }

        var share = _shares[partition];
        foreach (var key in _phase == TransactionPhase.Locking ? share.Keys : share.Reads)
        {
            var isThere = reader.ReadEntry(out var version, out var expiry, out var value);
            _snapshot.Add(key, isThere ? value.ToArray() : null, version, expiry);
        }

        Invariant.Holds(reader.IsValid, "a partition's entries are malformed");
        if (_round.Count == 0)
        {
            RunProgram(wall);
        }
    }

    private void RunProgram(long wall)
    {
        var outcome = _runner.Run(Program, _snapshot, wall);
        if (outcome == ProgramOutcome.Unmet)
        {
            // One key is enough to say so.
            EndWithout([(byte)ResultKind.Nil]);
            return;
        }

        _results = outcome == ProgramOutcome.Failed ? _runner.Results.ToArray() : Results();
        foreach (var share in _shares.Values)
        {
            share.Writes.ResetWrittenCount();
        }

        for (var mutations = new MutationReader(_runner.Mutations); mutations.MoveNext();)
        {
            WriteBody.WriteMutation(_shares[_map.Of(new HashSlot(StoredKey.Slot(mutations.Current.Key)))].Writes, mutations.Current);
        }

        if (_runner.Mutations.IsEmpty)
        {
            EndOrCompare();
        }
        else
        {
            StartPreparing();
        }
    }

    private byte[] Results()
    {
        var results = new ArrayBufferWriter<byte>(_runner.Results.Length + 16);
        ResultWriter.WriteResults(results, _runner.Count, _runner.Results);
        return results.WrittenSpan.ToArray();
    }

    /// <summary>Nothing changes: what was read in several places is read once more, or, where it was locked, was so if that can still be committed.</summary>
    private void EndOrCompare()
    {
        if (_holders.Count > 0 && _options.Rules.DecidesLockedReads)
        {
            StartDeciding();
            return;
        }

        if (_holders.Count > 0 || _shares.Values.Count(share => share.Reads.Count > 0) <= 1 || !_options.Rules.ReadOnlyIsCompared)
        {
            EndWithout(_results);
            return;
        }

        _phase = TransactionPhase.Comparing;
        AskForReads(CommandFlags.WithoutValues);
    }

    private void OnCompared(PartitionId partition, ReadOnlySpan<byte> result, long now, long wall)
    {
        var reader = new ResultReader(result);
        if (reader.Kind != ResultKind.Entries)
        {
            Disappoint(result, now, wall);
            return;
        }

        foreach (var key in _shares[partition].Reads)
        {
            reader.ReadEntry(out var version, out _, out _);
            if (version != _snapshot.VersionOf(key))
            {
                TryAgain(now, wall);
                return;
            }
        }

        if (_round.Count == 0)
        {
            EndWithout(_results);
        }
    }

    private void StartPreparing()
    {
        _phase = TransactionPhase.Preparing;
        var taking = _shares.Where(share => share.Value.Writes.WrittenCount > 0 || (share.Value.Reads.Count > 0 && _options.Rules.LocksReads)).ToList();
        if (_holders.Count == 0)
        {
            _home = taking.First(share => share.Value.Writes.WrittenCount > 0).Key;
            _others = [.. taking.Select(share => share.Key).Where(partition => partition != _home)];
        }

        foreach (var other in _others)
        {
            _holders.Add(other);
            Ask(other, CommandKind.Prepare, items: Part(other));
        }

        if (_round.Count == 0 || !_options.Rules.DecidesOnlyPrepared)
        {
            StartDeciding();
        }
    }

    private void OnPrepared(PartitionId partition, ReadOnlySpan<byte> result, long now, long wall)
    {
        var reader = new ResultReader(result);
        if (reader.Kind != ResultKind.Integer)
        {
            LetGo(partition, reader);
            Disappoint(result, now, wall);
        }
        else if ((TransactionVerdict)reader.Integer != TransactionVerdict.Prepared)
        {
            LetGo(partition, reader);
            TryAgain(now, wall);
        }
        else if (_round.Count == 0)
        {
            StartDeciding();
        }
    }

    private void StartDeciding()
    {
        _phase = TransactionPhase.Deciding;
        _round.Clear();
        Ask(_home, CommandKind.Decide, verdict: TransactionVerdict.Committed, items: Part(_home));
    }

    private void OnDecided(ReadOnlySpan<byte> result, long now, long wall)
    {
        var reader = new ResultReader(result);
        var verdict = reader.Kind == ResultKind.Integer ? (TransactionVerdict)reader.Integer : TransactionVerdict.None;
        if (verdict == TransactionVerdict.Committed)
        {
            Outcome ??= _results;
            _phase = TransactionPhase.Over;
            _endings.Add(new TransactionEnding(_id, TransactionVerdict.Committed, _home, _others, forgets: true, _map));
        }
        else if (verdict == TransactionVerdict.Aborted)
        {
            // Where it is open what became of the wish to commit, that may still arrive, and must find the abort.
            _keepsAbort = _phase == TransactionPhase.Asking;
            TryAgain(now, wall);
        }
        else if (_phase == TransactionPhase.Asking || (reader.Kind == ResultKind.Error && reader.Error == ErrorCode.OutcomeUnknown))
        {
            // Whatever the answer is, there is one: where nothing was decided, it is aborted by this.
            _phase = TransactionPhase.Asking;
            Ask(_home, CommandKind.Decide, verdict: TransactionVerdict.Aborted, items: Part(_home));
        }
        else
        {
            Disappoint(result, now, wall);
        }
    }

    /// <summary>A command was refused, or its outcome is open: the attempt has failed, and nothing comes of it.</summary>
    private void Disappoint(ReadOnlySpan<byte> result, long now, long wall)
    {
        var reader = new ResultReader(result);
        if (reader.Kind == ResultKind.Integer || (reader.Kind == ResultKind.Error && reader.Error is ErrorCode.OutcomeUnknown or ErrorCode.Aborted))
        {
            // Aborted was an attempt for whose sake something waited: an older transaction had its way.
            TryAgain(now, wall);
            return;
        }

        EndAttempt();
        Outcome ??= result.ToArray();
        _phase = TransactionPhase.Over;
    }

    private void TryAgain(long now, long wall)
    {
        EndAttempt();
        if (Outcome is not null)
        {
            _phase = TransactionPhase.Over;
        }
        else if (now >= _deadline)
        {
            GiveUp(ErrorCode.Aborted, "others were in the way of the transaction until its time was over; nothing happened"u8);
        }
        else
        {
            StartAttempt(wall);
        }
    }

    /// <summary>Counts a partition no more among those that may have prepared, where it certainly has not: it may be one that nobody can tell anything for hours.</summary>
    private void LetGo(PartitionId partition, in ResultReader reader)
    {
        var isCertain = reader.Kind != ResultKind.Error || reader.Error != ErrorCode.OutcomeUnknown;
        var holdsLocks = Locks && _phase == TransactionPhase.Preparing;
        if (isCertain && !holdsLocks)
        {
            _holders.Remove(partition);
        }
    }

    /// <summary>Ends without having changed anything.</summary>
    private void EndWithout(byte[] outcome)
    {
        EndAttempt();
        Outcome = outcome;
        _phase = TransactionPhase.Over;
    }

    private void GiveUp(ErrorCode code, ReadOnlySpan<byte> text)
    {
        EndAttempt();
        Fail(code, text);
    }

    private void Fail(ErrorCode code, ReadOnlySpan<byte> text)
    {
        Outcome = Error(code, text);
        _phase = TransactionPhase.Over;
    }

    /// <summary>Lets everyone go who may have prepared.</summary>
    private void EndAttempt()
    {
        if (_holders.Count > 0)
        {
            _endings.Add(new TransactionEnding(_id, TransactionVerdict.Aborted, _home, _holders, forgets: !_keepsAbort, _map));
            _holders.Clear();
        }

        _round.Clear();
        _asks.Clear();
    }

    private byte[] Part(PartitionId partition) => _shares[partition].ToPart(_id, PartFlags.None, _home, _others, _snapshot, _options.Rules.LocksReads);

    private void Ask(
        PartitionId partition, CommandKind kind, CommandFlags flags = CommandFlags.None, TransactionVerdict verdict = TransactionVerdict.None, byte[]? items = null)
    {
        _round.Add(++_number, partition);
        _asks.Add(new TransactionAsk(_number, _map.SlotsOf(partition).First.Value, kind, verdict, items ?? [], []) { Flags = flags });
    }

    private static byte[] Error(ErrorCode code, ReadOnlySpan<byte> text)
    {
        var writer = new ArrayBufferWriter<byte>(64);
        ResultWriter.WriteError(writer, code, text);
        return writer.WrittenSpan.ToArray();
    }
}
