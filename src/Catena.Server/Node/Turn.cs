using Catena.Core.Primitives;
using Catena.Server.Partitions;
using Catena.Storage.Indexing;

namespace Catena.Server.Node;

/// <summary>What one thread does in one go: a client's pipeline, the frames of one receive, what one flush made stable.</summary>
/// <remarks>
/// Partitions that are given something in a turn do what follows from it only at its end, once for all that they were given; messages to other nodes are
/// queued and go with one system call a peer; and the journal is flushed once. So what a request costs falls as more of them come together.
/// One object a thread, used again; only its thread uses it.
/// </remarks>
internal sealed class Turn
{
    [ThreadStatic]
    private static Turn? _ofThread;

    private readonly List<PartitionHost> _due = [];
    private NodeCore? _owner;
    private int _depth;
    private bool _journalGrew;
    private long _now;

    /// <summary>The time that counts for all of it: when it was first asked for.</summary>
    internal long Now => _now == 0 ? _now = _owner!.Now : _now;

    /// <summary>The turn of this thread where it is one of that node.</summary>
    internal static Turn? Of(NodeCore owner) => _ofThread is { } turn && ReferenceEquals(turn._owner, owner) ? turn : null;

    /// <summary>Begins a turn, or goes deeper into the one that is under way on this thread.</summary>
    internal static void Begin(NodeCore owner)
    {
        var turn = _ofThread ??= new Turn();
        if (!ReferenceEquals(turn._owner, owner))
        {
            // What another node's turn has left here ended with that node: a node does not end a turn that something was thrown out of.
            turn._owner = owner;
            turn._depth = 0;
            turn._journalGrew = false;
            turn._due.Clear();
        }

        if (turn._depth++ == 0)
        {
            turn._now = 0;
            turn.OthersWait = false;
        }
    }

    /// <summary>Whether no turn is under way around this one.</summary>
    internal bool IsOutermost => _depth == 1;

    /// <summary>Leaves a turn; of the outermost, once its end has been seen to: what that leads to still belongs to it.</summary>
    internal void Leave()
    {
        if (--_depth == 0)
        {
            Invariant.Holds(_due.Count == 0, "a turn ended before all of its partitions were seen to");
            _owner = null;
        }
    }

    /// <summary>Notes that a partition has something to do at the end.</summary>
    internal void Add(PartitionHost host)
    {
        // Another thread's turn may have noted it too: whoever ends first does what there is to do, so that nobody waits for the other.
        if (!ReferenceEquals(host.DueIn, this))
        {
            host.DueIn = this;
            _due.Add(host);
        }
    }

    /// <summary>Notes that something was appended to the journal.</summary>
    /// <param name="isForOthers">Whether it is another node's.</param>
    internal void JournalGrew(bool isForOthers)
    {
        _journalGrew = true;
        OthersWait |= isForOthers;
    }

    /// <summary>Whether another node waits for what this turn was given.</summary>
    internal bool OthersWait { get; private set; }

    /// <summary>Notes that another node waits for what this turn was given.</summary>
    internal void NoteOthersWait() => OthersWait = true;

    /// <summary>Whether something was appended to the journal since this was last asked.</summary>
    internal bool TakeJournalGrew()
    {
        var grew = _journalGrew;
        _journalGrew = false;
        return grew;
    }

    /// <summary>Leaves the partitions whose log has grown to whoever flushes the journal; the others stay.</summary>
    internal void LeaveTo(LeftPartitions left)
    {
        var kept = 0;
        for (var index = 0; index < _due.Count; index++)
        {
            var host = _due[index];
            if (!host.TryLeave(out var isNew))
            {
                _due[kept++] = host;
                continue;
            }

            _journalGrew = true;
            if (isNew)
            {
                left.Add(host);
            }
        }

        _due.RemoveRange(kept, _due.Count - kept);
    }

    /// <summary>Takes over the partitions that others have left.</summary>
    internal void TakeFrom(LeftPartitions left) => left.MoveTo(_due);

    /// <summary>Has every partition do what it has to.</summary>
    /// <param name="holdsBack">Whether entries that are new are held back.</param>
    internal void Settle(bool holdsBack)
    {
        Prefetch(PrefetchStep.Hint);
        Prefetch(PrefetchStep.Page);
        Prefetch(PrefetchStep.Cell);

        // In the order in which they were first touched; what that touches again comes behind.
        for (var index = 0; index < _due.Count; index++)
        {
            _due[index].Settle(holdsBack);
        }

        _due.Clear();
    }

    /// <summary>Asks for a step of what the partitions may apply, of all of them together: each has few keys, and would wait for memory by itself.</summary>
    private void Prefetch(PrefetchStep step)
    {
        foreach (var host in _due)
        {
            host.PrefetchStable(step);
        }
    }
}
