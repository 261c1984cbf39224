using Catena.Server.Partitions;

namespace Catena.Server.Node;

/// <content>Turns: what one thread does in one go, of which what follows is seen to at its end.</content>
public sealed partial class NodeCore
{
    private readonly LeftPartitions _left = new();
    private readonly LeftPartitions _heldBack = new();
    private readonly Flight? _flight;

    /// <summary>Whether this thread is in a turn.</summary>
    public bool IsInTurn => Turn.Of(this) is not null;

    /// <summary>Begins a turn on this thread: what partitions are given until <see cref="EndTurn" /> is seen to there, together. Turns may be nested.</summary>
    public void BeginTurn() => Turn.Begin(this);

    /// <summary>In the midst of a turn, the partitions do what follows from it so far, and what they send goes out; the journal waits for the turn's end. Of turns within turns, only the outermost is seen to.</summary>
    public void SettleTurn()
    {
        var turn = Turn.Of(this)!;
        if (turn.IsOutermost)
        {
            Settle(turn, _ports.IsFlusherAtWork);
        }
    }

    /// <summary>Ends a turn: the partitions do what follows from it, what they send goes out, and the journal is flushed or its writer told.</summary>
    public void EndTurn()
    {
        var turn = Turn.Of(this)!;
        if (turn.IsOutermost)
        {
            var leaves = _ports.IsFlusherAtWork;
            var hasFlushed = false;
            do
            {
                Settle(turn, leaves);
                hasFlushed = turn.TakeJournalGrew() && _ports.TryFlushHere(!hasFlushed);
            }
            while (hasFlushed);
        }

        turn.Leave();
    }

    /// <summary>Whether clients are about to ask for what is best done together with what was asked so far (<see cref="Flight" />): the turn of this thread should look for them before it ends.</summary>
    public bool IsGathering => _flight is { IsGathering: true } && Turn.Of(this) is not { OthersWait: true };

    /// <summary>Whether entries are held back though nothing is under way that would come in and release them: the thread that awaits clients is to make another turn before it sleeps.</summary>
    public bool OwesTurn => _heldBack.IsAny && _flight is { IsUnderWay: false };

    /// <summary>Counts a write that a client has asked this node for.</summary>
    internal void NoteAsked() => _flight?.NoteAsked();

    Flight? IPartitionPorts.Flight => _flight;

    void IPartitionPorts.HoldBack(PartitionHost host) => _heldBack.Add(host);

    void IPartitionPorts.CameIn()
    {
        // A turn's end sees to it; outside of any, somebody else has to.
        if (_heldBack.IsAny && !IsInTurn)
        {
            _ports.JournalGrew();
        }
    }

    /// <summary>Says that the journal has grown, and is to be flushed: at the end of the turn where this thread is in one.</summary>
    public void JournalGrew() => JournalGrew(isForOthers: false);

    void IPartitionPorts.JournalGrew(bool isForOthers) => JournalGrew(isForOthers);

    bool IPartitionPorts.TryDefer(PartitionHost host)
    {
        if (Turn.Of(this) is not { } turn)
        {
            return false;
        }

        turn.Add(host);
        return true;
    }

    private void JournalGrew(bool isForOthers)
    {
        if (Turn.Of(this) is { } turn)
        {
            turn.JournalGrew(isForOthers);
        }
        else
        {
            _ports.JournalGrew();
        }
    }

    private void Settle(Turn turn, bool leaves)
    {
        if (leaves)
        {
            turn.LeaveTo(_left);
        }
        else
        {
            turn.TakeFrom(_left);
        }

        var holdsBack = HoldsBack(turn);
        if (holdsBack)
        {
            turn.Settle(holdsBack: true);
        }

        // The last of a flight may have come in with that, on this thread or on another.
        if (!holdsBack || !HoldsBack(turn))
        {
            Release(turn);
        }

        _ports.SendQueued();
    }

    /// <summary>Settles all, what is held back included; also what another thread holds back for a flight that comes in with this.</summary>
    private void Release(Turn turn)
    {
        do
        {
            _flight?.WriteOffOverdue();
            turn.TakeFrom(_heldBack);
            turn.Settle(holdsBack: false);
            _flight?.Depart();
        }
        while (_heldBack.IsAny && !HoldsBack(turn));
    }

    /// <summary>Whether new entries wait for those that are under way; not where the journal is flushed for others, which takes no longer with them.</summary>
    private bool HoldsBack(Turn turn) => _flight is { HoldsBack: true } && !turn.OthersWait;
}
