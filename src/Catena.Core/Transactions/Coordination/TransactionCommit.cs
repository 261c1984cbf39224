using Catena.Core.Data;
using Catena.Core.Primitives;

namespace Catena.Core.Transactions.Coordination;

/// <summary>Commits one attempt whose reads and writes are known: all prepare but the home partition, which then compares what was read there and decides.</summary>
/// <param name="options">Limits.</param>
/// <param name="id">The attempt.</param>
/// <param name="participants">Who takes part.</param>
/// <param name="snapshot">What was read.</param>
/// <param name="round">Asks for it.</param>
internal sealed class TransactionCommit(TransactionOptions options, TransactionId id, Participants participants, TransactionSnapshot snapshot, AskRound round)
{
    private readonly bool _locksFirst = participants.Holders.Count > 0;
    private PartFlags _flags;
    private RetryPause _pause = new();
    private long? _askAgainAt;

    /// <summary>How far it is.</summary>
    internal CommitState State { get; private set; }

    /// <summary>Whether the home partition has to remember that it is aborted: a wish to commit may still arrive there.</summary>
    internal bool KeepsAbort { get; private set; }

    /// <summary>Whether it is prepared for somebody else, so that it cannot have been committed before he was told.</summary>
    internal bool IsForSomebodyElse => _flags.HasFlag(PartFlags.External);

    /// <summary>Whether it is over, one way or another.</summary>
    internal bool IsOver => State >= CommitState.Committed;

    /// <summary>What a partition answered that refused.</summary>
    internal byte[] Refusal { get; private set; } = [];

    /// <summary>Begins.</summary>
    /// <param name="flags"><see cref="PartFlags.Alone" /> where one partition alone may take part without a record; <see cref="PartFlags.External" /> where somebody else decides.</param>
    internal void Begin(PartFlags flags)
    {
        _flags = flags;
        var taking = participants.Shares.Where(share => TakesPart(share.Value)).ToList();
        if (!_locksFirst)
        {
            var first = taking.Find(share => share.Value.Writes.WrittenCount > 0);
            participants.Home = (first.Value is null ? taking[0] : first).Key;
            participants.Others = [.. taking.Select(share => share.Key).Where(partition => partition != participants.Home)];
        }

        foreach (var other in participants.Others)
        {
            participants.Holders.Add(other);
            round.Ask(other, CommandKind.Prepare, Part(other, PartFlags.None));
        }

        if (round.IsEmpty || !options.Rules.DecidesOnlyPrepared)
        {
            GoOn();
        }
    }

    /// <summary>Has it aborted, where nobody has been told that it is prepared. It is not over before that is certain: the home partition might prepare a little later, and keep its keys for long.</summary>
    internal void TakeBack()
    {
        round.StopWaiting();
        State = CommitState.Asking;
        AskToAbort();
    }

    /// <summary>Has the home partition decide on what was locked before it was read, where nothing is written.</summary>
    internal void BeginDeciding() => Decide();

    /// <summary>Takes an answer.</summary>
    /// <param name="partition">Whose.</param>
    /// <param name="result">The answer.</param>
    /// <param name="now">The monotonic clock.</param>
    internal void Answered(PartitionId partition, ReadOnlySpan<byte> result, long now)
    {
        switch (State)
        {
            case CommitState.Preparing:
                OnPrepared(partition, result);
                break;
            case CommitState.HandingOver:
                OnHandedOver(result);
                break;
            default:
                OnDecided(result, now);
                break;
        }
    }

    /// <summary>Asks again what a partition refused to answer, when its time has come.</summary>
    /// <param name="now">The monotonic clock.</param>
    internal void Tick(long now)
    {
        if (now >= _askAgainAt)
        {
            _askAgainAt = null;
            AskToAbort();
        }
    }

    private bool TakesPart(TransactionShare share) =>
        share.Writes.WrittenCount > 0 || ((share.Reads.Count > 0 || share.Ranges.Count > 0) && options.Rules.LocksReads);

    private void OnPrepared(PartitionId partition, ReadOnlySpan<byte> result)
    {
        var reader = new ResultReader(result);
        var isPrepared = reader.Kind == ResultKind.Integer && (TransactionVerdict)reader.Integer == TransactionVerdict.Prepared;
        if (!isPrepared)
        {
            if (!_locksFirst)
            {
                participants.LetGo(partition, reader);
            }

            Fail(result);
        }
        else if (round.IsEmpty)
        {
            GoOn();
        }
    }

    private void AskToAbort() => round.Ask(
        participants.Home, CommandKind.Decide, Part(participants.Home, IsForSomebodyElse ? PartFlags.Forced : PartFlags.None), verdict: TransactionVerdict.Aborted);

    private void GoOn()
    {
        if (!IsForSomebodyElse)
        {
            Decide();
            return;
        }

        State = CommitState.HandingOver;
        round.StopWaiting();
        participants.Holders.Add(participants.Home);
        round.Ask(participants.Home, CommandKind.Prepare, Part(participants.Home, PartFlags.External));
    }

    private void OnHandedOver(ReadOnlySpan<byte> result)
    {
        var reader = new ResultReader(result);
        if (reader.Kind == ResultKind.Integer && (TransactionVerdict)reader.Integer == TransactionVerdict.Prepared)
        {
            State = CommitState.Prepared;
        }
        else if (reader.Kind == ResultKind.Error && reader.Error == ErrorCode.OutcomeUnknown)
        {
            TakeBack();
        }
        else
        {
            if (!_locksFirst)
            {
                participants.LetGo(participants.Home, reader);
            }

            Fail(result);
        }
    }

    private void Decide()
    {
        State = CommitState.Deciding;
        round.StopWaiting();
        if (participants.Others.Length > 0 || participants.Holders.Count > 0)
        {
            _flags &= ~PartFlags.Alone;
        }

        round.Ask(participants.Home, CommandKind.Decide, Part(participants.Home, _flags), verdict: TransactionVerdict.Committed);
    }

    private void OnDecided(ReadOnlySpan<byte> result, long now)
    {
        var reader = new ResultReader(result);
        var verdict = reader.Kind == ResultKind.Integer ? (TransactionVerdict)reader.Integer : TransactionVerdict.None;
        var isOpen = reader.Kind == ResultKind.Error && reader.Error == ErrorCode.OutcomeUnknown;
        if (verdict == TransactionVerdict.Committed)
        {
            State = CommitState.Committed;
        }
        else if (verdict == TransactionVerdict.Aborted)
        {
            // Where it is open what became of the wish to commit, that may still arrive, and must find the abort.
            KeepsAbort = State == CommitState.Asking;
            State = CommitState.Lost;
        }
        else if (isOpen && _flags.HasFlag(PartFlags.Alone))
        {
            // There is no record that one could ask for.
            State = CommitState.Unknown;
        }
        else if (State == CommitState.Asking)
        {
            // It may refuse for long, and at once each time: where too few members are left.
            _askAgainAt = now + _pause.Next();
        }
        else if (isOpen)
        {
            // Whatever the answer is, there is one: where nothing was decided, it is aborted by this.
            State = CommitState.Asking;
            AskToAbort();
        }
        else
        {
            Fail(result);
        }
    }

    private void Fail(ReadOnlySpan<byte> result)
    {
        // Aborted was an attempt for whose sake something waited: an older transaction had its way.
        var reader = new ResultReader(result);
        var isLost = reader.Kind == ResultKind.Integer || (reader.Kind == ResultKind.Error && reader.Error is ErrorCode.OutcomeUnknown or ErrorCode.Aborted);
        State = isLost ? CommitState.Lost : CommitState.Refused;
        Refusal = isLost ? [] : result.ToArray();
    }

    private byte[] Part(PartitionId partition, PartFlags flags) =>
        participants.Shares[partition].ToPart(id, flags, participants.Home, participants.Others, snapshot, options.Rules);
}
