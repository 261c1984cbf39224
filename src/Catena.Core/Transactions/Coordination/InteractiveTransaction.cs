using Catena.Core.Commands;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Primitives;

namespace Catena.Core.Transactions.Coordination;

/// <summary>A transaction whose commands come one by one, with its client thinking in between: it keeps what was read, with versions, and what is to be written.</summary>
/// <remarks>
/// <para>
/// Reads are fetched without locks and stay as they were first seen; nobody else sees what it writes. To commit is to have every partition compare what was read there, keys
/// and scanned ranges, as <see cref="TransactionCommit" /> does for all. Until then what was read may not all be true at the same time: a client that sees what cannot be is about to be
/// told that its transaction has ended. One that <see cref="CommandFlags.Locking" /> began locks, for itself alone, whatever it names before it is read, so that nothing can get in its way but older ones.
/// </para>
/// <para>One step at a time. Deterministic; not thread-safe.</para>
/// </remarks>
public sealed partial class InteractiveTransaction : ITransactionWork
{
    private readonly TransactionOptions _options;
    private readonly PartitionMap _map;
    private readonly bool _locks;
    private readonly byte[] _self = new byte[TransactionId.Length];
    private readonly Participants _participants = new();
    private readonly TransactionSnapshot _snapshot = new();
    private readonly ProgramView _view = new();
    private readonly CommandDecider _decider;
    private readonly AskRound _round;
    private readonly List<TransactionEnding> _endings = [];
    private readonly Dictionary<PartitionId, List<byte[]>> _fetched = [];
    private readonly SortedDictionary<int, (int Count, Lsn SeenAt)> _compared = [];
    private byte[] _command = [];
    private byte[]? _result;
    private KeyRange? _range;
    private TransactionCommit? _commit;
    private InteractivePhase _phase;
    private int _fetches;
    private int _keys;
    private long _stepDeadline;

    /// <summary>A transaction that has done nothing.</summary>
    /// <param name="options">Limits.</param>
    /// <param name="map">Which slots make which partition.</param>
    /// <param name="id">The transaction.</param>
    /// <param name="locks">Whether it locks before it reads.</param>
    public InteractiveTransaction(TransactionOptions options, PartitionMap map, in TransactionId id, bool locks)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(map);
        _options = options;
        _map = map;
        _locks = locks;
        Id = id;
        id.Write(_self);
        _round = new AskRound(map);
        _decider = new CommandDecider(new SlotRange(new HashSlot(0), new HashSlot(HashSlot.Count - 1)), options.MaxValueBytes);
        _view.Begin(_snapshot);
    }

    /// <inheritdoc />
    public TransactionId Id { get; }

    /// <inheritdoc />
    public string Standing => _commit is null ? $"open: {_phase}" : $"open: {_phase}, {_commit.State}";

    /// <inheritdoc />
    public IEnumerable<PartitionId> Awaited => _round.Awaited;

    /// <summary>How many bytes it has read and written, about.</summary>
    public long Bytes { get; private set; }

    /// <summary>Whether a step is under way.</summary>
    public bool IsBusy => _phase is not (InteractivePhase.Idle or InteractivePhase.Over);

    /// <summary>Whether its client was told that nobody knows what becomes of it: no step can follow.</summary>
    public bool HasGivenUp => _stepDeadline == long.MaxValue;

    /// <inheritdoc />
    public bool IsOver => _phase == InteractivePhase.Over;

    /// <summary>Carries out a command.</summary>
    /// <param name="command">One that names its keys, or looks at a range; encoded.</param>
    /// <param name="now">The monotonic clock.</param>
    /// <param name="wall">The wall clock, in milliseconds since 1970 UTC.</param>
    public void Execute(byte[] command, long now, long wall)
    {
        Begin(now);
        var reader = new ByteReader(command);
        var decoded = CommandCodec.Read(ref reader);
        _command = command;
        if (reader.IsAtEnd && decoded.Kind == CommandKind.LookRange)
        {
            Scan(KeyRange.Of(decoded), wall);
        }
        else if (reader.IsAtEnd && CommandKeys.AreNamed(decoded.Kind))
        {
            var keys = new StepKeys();
            CommandKeys.Visit(decoded, ref keys);
            Fetch(keys.Keys, wall);
        }
        else
        {
            _result = EncodedResults.Error(ErrorCode.BadRequest, "this command cannot be part of a transaction"u8);
        }
    }

    /// <summary>Commits it.</summary>
    /// <param name="now">The monotonic clock.</param>
    public void Commit(long now)
    {
        Begin(now);
        TakeWrites();
        if (_view.HasWrites)
        {
            StartCommit(commit => commit.Begin(PartFlags.Alone));
        }
        else if (_participants.Holders.Count > 0 && _options.Rules.DecidesLockedReads)
        {
            StartCommit(commit => commit.BeginDeciding());
        }
        else if (_fetches > 1 && _options.Rules.ReadOnlyIsCompared)
        {
            Compare();
        }
        else
        {
            End(EncodedResults.Ok);
        }
    }

    /// <summary>Gives it up.</summary>
    /// <param name="now">The monotonic clock.</param>
    public void Rollback(long now)
    {
        Begin(now);
        End(EncodedResults.Ok);
    }

    /// <summary>Prepares it for somebody else to decide on; the result is what he needs for that.</summary>
    /// <param name="now">The monotonic clock.</param>
    public void Prepare(long now)
    {
        Begin(now);
        TakeWrites();
        if (_participants.Shares.Values.All(share => share.Reads.Count == 0 && share.Ranges.Count == 0 && share.Writes.WrittenCount == 0))
        {
            End(EncodedResults.Error(ErrorCode.BadRequest, "the transaction has named no key"u8));
            return;
        }

        StartCommit(commit => commit.Begin(PartFlags.External));
    }

    /// <inheritdoc />
    public byte[]? TakeResult()
    {
        var result = _result;
        _result = null;
        return result;
    }

    /// <inheritdoc />
    public IReadOnlyList<TransactionAsk> TakeAsks(long now) => _round.Take();

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
            case InteractivePhase.Fetching or InteractivePhase.LockingRange:
                OnFetched(partition, result, wall);
                break;
            case InteractivePhase.Scanning:
                OnScanned(partition, result, wall);
                break;
            case InteractivePhase.Comparing:
                OnCompared(number, partition, result);
                break;
            case InteractivePhase.Committing:
                _commit!.Answered(partition, result, now);
                AfterCommit();
                break;
        }
    }

    /// <inheritdoc />
    public void Tick(long now)
    {
        if (_phase == InteractivePhase.Committing)
        {
            _commit!.Tick(now);
        }

        if (!IsBusy || now < _stepDeadline)
        {
            return;
        }

        if (_phase == InteractivePhase.Committing && _commit!.State != CommitState.Preparing)
        {
            // It goes on: who has prepared must hear.
            _stepDeadline = long.MaxValue;
            if (_commit.IsForSomebodyElse)
            {
                if (_commit.State == CommitState.HandingOver)
                {
                    _commit.TakeBack();
                }

                _result = EncodedResults.Error(ErrorCode.Aborted, "the transaction was not answered in time and has ended; nothing happened"u8);
                return;
            }

            _result = EncodedResults.Error(ErrorCode.OutcomeUnknown, "the transaction may have been committed, now or a little later"u8);
        }
        else
        {
            End(EncodedResults.Error(ErrorCode.Aborted, "the transaction was not answered in time and has ended; nothing happened"u8));
        }
    }

    private void Begin(long now)
    {
        Invariant.Holds(_phase == InteractivePhase.Idle, "a transaction was given a step before the last was over");
        _stepDeadline = now + _options.TimeLimit;
    }

    private void TakeWrites()
    {
        foreach (var share in _participants.Shares.Values)
        {
            share.Writes.ResetWrittenCount();
        }

        _view.VisitWrites((in Mutation mutation) => WriteBody.WriteMutation(ShareOf(mutation.Key).Writes, mutation));
    }

    private void Compare()
    {
        _phase = InteractivePhase.Comparing;
        _compared.Clear();
        foreach (var (partition, share) in _participants.Shares.Where(share => share.Value.Reads.Count > 0 || share.Value.Ranges.Count > 0))
        {
            _round.AskForKeys(partition, share.Reads, CommandFlags.WithoutValues);
            foreach (var scanned in share.Ranges)
            {
                // One more than there were: were there another, it would be seen.
                _compared.Add(_round.AskForRange(partition, scanned.Range, scanned.Count + 1, CommandFlags.WithoutValues, []), (scanned.Count, scanned.SeenAt));
            }
        }
    }

    private void OnCompared(int number, PartitionId partition, ReadOnlySpan<byte> result)
    {
        var reader = new ResultReader(result);
        if (reader.Kind is not (ResultKind.Entries or ResultKind.Range))
        {
            Disappoint(result);
            return;
        }

        var isAsBefore = true;
        if (_compared.TryGetValue(number, out var scanned))
        {
            // What was cut short may hold more; and a key that was not there may have been there meanwhile, and tell of something that was read elsewhere.
            isAsBefore = reader.Count == scanned.Count && reader.Value.IsEmpty && (reader.LastDeletion <= scanned.SeenAt || !_options.Rules.AbsencesAreCompared);
        }
        else
        {
            foreach (var key in _participants.Shares[partition].Reads)
            {
                isAsBefore &= _snapshot.IsUnchanged(key, ref reader, _options.Rules);
            }
        }

        if (!isAsBefore)
        {
            Lose();
        }
        else if (_round.IsEmpty)
        {
            End(EncodedResults.Ok);
        }
    }

    private void StartCommit(Action<TransactionCommit> begin)
    {
        _phase = InteractivePhase.Committing;
        _commit = new TransactionCommit(_options, Id, _participants, _snapshot, _round);
        begin(_commit);
    }

    private void AfterCommit()
    {
        switch (_commit!.State)
        {
            case CommitState.Committed:
                if (_participants.Holders.Count > 0)
                {
                    _endings.Add(_participants.EndFor(Id, TransactionVerdict.Committed, forgets: true, _map));
                    _participants.Holders.Clear();
                }

                End(EncodedResults.Ok);
                break;
            case CommitState.Prepared:
                _participants.Holders.Clear();
                End(EncodedResults.Value(new PreparedHandle(Id, _participants.Home, _participants.Others).ToBytes()));
                break;
            case CommitState.Lost:
                Lose();
                break;
            case CommitState.Refused:
                End(_commit.Refusal);
                break;
            case CommitState.Unknown:
                End(EncodedResults.Error(ErrorCode.OutcomeUnknown, "the transaction may have been committed, now or a little later"u8));
                break;
        }
    }

    /// <summary>A partition refused or is out of reach. What only reads may go on, and try again; what locks cannot know any more what it holds.</summary>
    private void Disappoint(ReadOnlySpan<byte> result)
    {
        var reader = new ResultReader(result);
        if (reader.Kind != ResultKind.Error || reader.Error is ErrorCode.Aborted or ErrorCode.OutcomeUnknown)
        {
            Lose();
        }
        else if (_locks)
        {
            End(result.ToArray());
        }
        else
        {
            _round.Clear();
            Answer(result.ToArray());
        }
    }

    private void Lose() => End(EncodedResults.Error(ErrorCode.Aborted, "others were in the way of the transaction, which has ended; nothing happened"u8));

    private void Answer(byte[] result)
    {
        _result = result;
        _phase = InteractivePhase.Idle;
    }

    private void End(byte[] result)
    {
        if (_participants.Holders.Count > 0)
        {
            _endings.Add(_participants.EndFor(Id, TransactionVerdict.Aborted, forgets: _commit?.KeepsAbort != true, _map));
            _participants.Holders.Clear();
        }

        _round.Clear();
        _result = HasGivenUp ? null : result;
        _phase = InteractivePhase.Over;
    }

    private PartitionId PartitionOf(byte[] storedKey) => _map.Of(new HashSlot(StoredKey.Slot(storedKey)));

    private TransactionShare ShareOf(ReadOnlySpan<byte> storedKey) => ShareOf(_map.Of(new HashSlot(StoredKey.Slot(storedKey))));

    private TransactionShare ShareOf(PartitionId partition)
    {
        if (!_participants.Shares.TryGetValue(partition, out var share))
        {
            share = new TransactionShare();
            _participants.Shares.Add(partition, share);
        }

        return share;
    }
}
