using Catena.Core.Primitives;

namespace Catena.Simulation.Timelines;

/// <summary>What happens in a world, kept for a page that shows it (<see cref="Running.TimelinePage" />). It never changes what happens.</summary>
public sealed class Timeline
{
    private readonly List<TimelineTransfer> _transfers = [];
    private readonly List<TimelineSpan> _spans = [];
    private readonly List<TimelineSpan> _states = [];
    private readonly List<TimelineSpan> _faults = [];
    private readonly List<TimelineMark> _marks = [];
    private readonly SortedDictionary<(NodeId Node, PartitionId Partition), TimelineSpan> _roles = [];
    private readonly SortedDictionary<NodeId, TimelineSpan> _conditions = [];

    /// <summary>The messages that arrived.</summary>
    internal IReadOnlyList<TimelineTransfer> Transfers => _transfers;

    /// <summary>The roles of replicas.</summary>
    internal IReadOnlyList<TimelineSpan> Roles => _spans;

    /// <summary>When nodes were down or paused.</summary>
    internal IReadOnlyList<TimelineSpan> States => _states;

    /// <summary>The faults.</summary>
    internal IReadOnlyList<TimelineSpan> Faults => _faults;

    /// <summary>What happened at one moment.</summary>
    internal IReadOnlyList<TimelineMark> Marks => _marks;

    /// <summary>The nodes that there are.</summary>
    internal SortedSet<NodeId> Nodes { get; } = [];

    /// <summary>Notes a message that arrives.</summary>
    internal void Transfer(NodeId from, NodeId to, long sent, long received, object message)
    {
        if (from != to)
        {
            _transfers.Add(new TimelineTransfer(from.Value, to.Value, sent, received, message));
        }
    }

    /// <summary>Notes a fault.</summary>
    /// <param name="node">Whom it strikes; none for everybody.</param>
    /// <param name="from">When it begins.</param>
    /// <param name="length">How long it lasts; 0 for one that strikes at one moment.</param>
    /// <param name="name">What it is.</param>
    internal void Fault(NodeId node, long from, long length, string name) =>
        _faults.Add(new TimelineSpan(node.Value, -1, from, name, name) { To = from + length });

    /// <summary>Notes something that happens at one moment.</summary>
    /// <param name="node">Whom it concerns; none for the coordinator.</param>
    /// <param name="at">When.</param>
    /// <param name="text">What.</param>
    internal void Mark(NodeId node, long at, string text) => _marks.Add(new TimelineMark(node.Value, at, text));

    /// <summary>Notes what a node's process does; a process that is down has no roles.</summary>
    /// <param name="node">The node.</param>
    /// <param name="at">When.</param>
    /// <param name="condition">Anything but running; null for that.</param>
    internal void Condition(NodeId node, long at, string? condition)
    {
        Nodes.Add(node);
        if (_conditions.Remove(node, out var last))
        {
            last.To = at;
        }

        if (condition is not null)
        {
            var span = new TimelineSpan(node.Value, -1, at, condition, $"node {node.Value} {condition}");
            _conditions.Add(node, span);
            _states.Add(span);
        }
    }

    /// <summary>Notes that a node's process has ended, and with it its replicas.</summary>
    internal void Ended(NodeId node, long at)
    {
        Condition(node, at, "down");
        foreach (var key in _roles.Keys.Where(key => key.Node == node).ToList())
        {
            _roles[key].To = at;
            _roles.Remove(key);
        }
    }

    /// <summary>Notes a replica's role.</summary>
    internal void Role(NodeId node, PartitionId partition, long at, string role, string detail)
    {
        if (_roles.TryGetValue((node, partition), out var last))
        {
            if (last.Name == role && last.Detail == detail)
            {
                return;
            }

            last.To = at;
        }

        var span = new TimelineSpan(node.Value, partition.Value, at, role, detail);
        _roles[(node, partition)] = span;
        _spans.Add(span);
    }
}
