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
public sealed class TransactionRun : ITransactionWork
{
    private readonly TransactionOptions _options;
    private readonly PartitionMap _map;
    private readonly byte[] _program;
    private readonly Func<ulong> _nextNumber;
    private readonly long _deadline;
    private readonly ProgramRunner _runner;
    private readonly TransactionSnapshot _snapshot = new();
    private readonly Participants _participants = new();
    private readonly AskRound _round;
    private readonly List<TransactionEnding> _endings = [];
    private byte[] _results = [];
    private TransactionId _id;
    private TransactionCommit? _commit;
    private TransactionPhase _phase;
    private int _attempts;
    private bool _isTold;

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
        _round = new AskRound(map);
        _id = start;
        _nextNumber = nextNumber;
        _program = program;
        _deadline = now + options.TimeLimit;
        _runner = new ProgramRunner(new SlotRange(new HashSlot(0), new HashSlot(HashSlot.Count - 1)), options.MaxValueBytes);
    }

    /// <summary>The attempt under way.</summary>
    public TransactionId Id => _id;

    /// <inheritdoc />
    public string Standing => _commit is null ? $"program: {_phase}" : $"program: {_phase}, {_commit.State}";

    /// <inheritdoc />
    public IEnumerable<PartitionId> Awaited => _round.Awaited;

    /// <summary>What became of it, as an encoded result: results, nil where a watched key had another version, or an error; null while it is open.</summary>
    public byte[]? Outcome { get; private set; }

    /// <inheritdoc />
    public bool IsOver => _phase == TransactionPhase.Over;

    private SortedDictionary<PartitionId, TransactionShare> Shares => _participants.Shares;

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
    /// <param name="now">The monotonic clock.</param>
    /// <param name="wall">The wall clock, in milliseconds since 1970 UTC.</param>
    public void Begin(long now, long wall)
    {
        var collector = new ShareCollector(Shares, _map);
        Program.VisitKeys(ref collector);
        if (collector.Count > _options.MaxKeys || _program.Length > _options.MaxBytes)
        {
            Fail(ErrorCode.TooLarge, "the transaction has too many keys or bytes"u8);
            return;
        }

        _participants.Home = Shares.Count == 0 ? default : Shares.Keys.First();
        StartAttempt(now, wall);
    }

    /// <inheritdoc />
    public IReadOnlyList<TransactionAsk> TakeAsks(long now) => _round.Take();

    /// <inheritdoc />
    public byte[]? TakeResult()
    {
        var result = _isTold ? null : Outcome;
        _isTold |= result is not null;
        return result;
    }

    /// <inheritdoc />
    public IReadOnlyList<TransactionEnding> TakeEndings()
    {
        var endings = _endings.ToArray();
        _endings.Clear();
        return endings;
    }

    /// <inheritdoc />
    public void Answered(int number, ReadOnlySpan<byte> result, long now, long wall)
    {
        if (!_round.TryAnswer(number, out var partition))
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
            case TransactionPhase.Committing:
                _commit!.Answered(partition, result, now);
                AfterCommit(now, wall);
                break;
        }
    }

    /// <inheritdoc />
    public void Tick(long now)
    {
        if (_phase == TransactionPhase.Committing)
        {
            _commit!.Tick(now);
        }

        if (now < _deadline || Outcome is not null)
        {
            return;
        }

        if (_phase == TransactionPhase.Committing && _commit!.State != CommitState.Preparing)
        {
            // It goes on: who has prepared must hear.
            Outcome = EncodedResults.Error(ErrorCode.OutcomeUnknown, "the transaction may have been carried out, now or a little later"u8);
        }
        else
        {
            GiveUp(ErrorCode.TryAgain, "the transaction was not done in time; nothing happened"u8);
        }
    }

    private void StartAttempt(long now, long wall)
    {
        _attempts++;
        _id = _id with { Number = _nextNumber() };
        _commit = null;
        _snapshot.Clear();
        _participants.Holders.Clear();
        _round.Clear();
        if (Locks)
        {
            _phase = TransactionPhase.Locking;
            _participants.Others = [.. Shares.Keys.Where(partition => partition != _participants.Home)];
            foreach (var (partition, share) in Shares)
            {
                _participants.Holders.Add(partition);
                _round.Ask(partition, CommandKind.Prepare, share.ToPart(_id, PartFlags.Locks, _participants.Home, _participants.Others, _snapshot, _options.Rules));
            }

            return;
        }

        _phase = TransactionPhase.Reading;
        AskForReads(CommandFlags.None);
        if (_round.IsEmpty)
        {
            RunProgram(now, wall);
        }
    }

    private void AskForReads(CommandFlags flags)
    {
        foreach (var (partition, share) in Shares.Where(share => share.Value.Reads.Count > 0))
        {
            _round.AskForKeys(partition, share.Reads, flags);
        }
    }

    private void OnRead(PartitionId partition, ReadOnlySpan<byte> result, long now, long wall)
    {
        var reader = new ResultReader(result);
        if (reader.Kind != ResultKind.Entries)
        {
            _participants.LetGo(partition, reader);
            Disappoint(result, now, wall);
            return;
        }

        var share = Shares[partition];
        foreach (var key in _phase == TransactionPhase.Locking ? share.Keys : share.Reads)
        {
            var isThere = reader.ReadEntry(out var version, out var expiry, out var value);
            _snapshot.Add(key, isThere ? value.ToArray() : null, version, expiry, reader.Position);
        }

        Invariant.Holds(reader.IsValid, "a partition's entries are malformed");
        if (_round.IsEmpty)
        {
            RunProgram(now, wall);
        }
    }

    private void RunProgram(long now, long wall)
    {
        var outcome = _runner.Run(Program, _snapshot, wall);
        if (outcome == ProgramOutcome.Unmet)
        {
            // One key is enough to say so.
            EndWithout(EncodedResults.Nil);
            return;
        }

        _results = outcome == ProgramOutcome.Failed ? _runner.Results.ToArray() : Results();
        foreach (var share in Shares.Values)
        {
            share.Writes.ResetWrittenCount();
        }

        for (var mutations = new MutationReader(_runner.Mutations); mutations.MoveNext();)
        {
            WriteBody.WriteMutation(Shares[_map.Of(new HashSlot(StoredKey.Slot(mutations.Current.Key)))].Writes, mutations.Current);
        }

        if (_runner.Mutations.IsEmpty)
        {
            EndOrCompare(now, wall);
        }
        else
        {
            StartCommit(commit => commit.Begin(PartFlags.None), now, wall);
        }
    }

    private byte[] Results()
    {
        var results = new ArrayBufferWriter<byte>(_runner.Results.Length + 16);
        ResultWriter.WriteResults(results, _runner.Count, _runner.Results);
        return results.WrittenSpan.ToArray();
    }

    /// <summary>Nothing changes: what was read in several places is read once more, or, where it was locked, was so if that can still be committed.</summary>
    private void EndOrCompare(long now, long wall)
    {
        if (_participants.Holders.Count > 0 && _options.Rules.DecidesLockedReads)
        {
            StartCommit(commit => commit.BeginDeciding(), now, wall);
            return;
        }

        if (_participants.Holders.Count > 0 || Shares.Values.Count(share => share.Reads.Count > 0) <= 1 || !_options.Rules.ReadOnlyIsCompared)
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

        foreach (var key in Shares[partition].Reads)
        {
            if (!_snapshot.IsUnchanged(key, ref reader, _options.Rules))
            {
                TryAgain(now, wall);
                return;
            }
        }

        if (_round.IsEmpty)
        {
            EndWithout(_results);
        }
    }

    private void StartCommit(Action<TransactionCommit> begin, long now, long wall)
    {
        _phase = TransactionPhase.Committing;
        _commit = new TransactionCommit(_options, _id, _participants, _snapshot, _round);
        begin(_commit);
        AfterCommit(now, wall);
    }

    private void AfterCommit(long now, long wall)
    {
        switch (_commit!.State)
        {
            case CommitState.Committed:
                Outcome ??= _results;
                _phase = TransactionPhase.Over;
                _endings.Add(_participants.EndFor(_id, TransactionVerdict.Committed, forgets: true, _map));
                break;
            case CommitState.Lost:
                TryAgain(now, wall);
                break;
            case CommitState.Refused:
                Refuse(_commit.Refusal);
                break;
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
        }
        else
        {
            Refuse(result.ToArray());
        }
    }

    private void Refuse(byte[] refusal)
    {
        EndAttempt();
        Outcome ??= refusal;
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
            StartAttempt(now, wall);
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
        Outcome = EncodedResults.Error(code, text);
        _phase = TransactionPhase.Over;
    }

    /// <summary>Lets everyone go who may have prepared.</summary>
    private void EndAttempt()
    {
        if (_participants.Holders.Count > 0)
        {
            _endings.Add(_participants.EndFor(_id, TransactionVerdict.Aborted, forgets: _commit?.KeepsAbort != true, _map));
            _participants.Holders.Clear();
        }

        _round.Clear();
    }
}
