using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Core.Tests.Replication.Harness;

namespace Catena.Core.Tests.Replication.Properties;

/// <summary>What must hold of a <see cref="ReplicaCluster" /> at every moment, whatever happens to it.</summary>
internal sealed class ClusterInvariants
{
    private readonly ReplicaCluster _cluster;
    private readonly Dictionary<Epoch, (NodeId Node, ulong Incarnation)> _serving = [];
    private readonly Dictionary<Lsn, (string Text, Lsn Previous)> _entries = [];
    private readonly List<MemoryEntry> _committed = [];
    private readonly Dictionary<NodeId, ImmutableSortedDictionary<string, MemoryValue>> _checked = [];
    private readonly List<ImmutableSortedDictionary<string, MemoryValue>> _states = [MemoryImage.NoState];
    private readonly Dictionary<(NodeId Node, ulong Incarnation), (ulong Question, ulong Acknowledged)> _asked = [];
    private ulong _acknowledged;

    internal ClusterInvariants(ReplicaCluster cluster)
    {
        _cluster = cluster;
        cluster.Pumped = Pumped;
        foreach (var node in cluster.Nodes.Values)
        {
            node.Log.Appended = Appended;
        }
    }

    /// <summary>How many entries have been committed.</summary>
    internal int Committed => _committed.Count;

    /// <summary>The state after the last committed entry.</summary>
    internal ImmutableSortedDictionary<string, MemoryValue> State => _states[^1];

    private Lsn LastCommitted => _committed.Count == 0 ? Lsn.Zero : _committed[^1].Lsn;

    /// <summary>Has a replica ask how far the log is committed, and remembers what its answer must have.</summary>
    internal void Ask(TestNode node)
    {
        if (!_asked.ContainsKey((node.Id, node.Incarnation)))
        {
            _asked.Add((node.Id, node.Incarnation), (node.Replica!.AskPosition(node.Now), _acknowledged));
        }
    }

    /// <summary>Checks what concerns all nodes together; called after every step.</summary>
    internal void Check()
    {
        foreach (var member in _cluster.Coordinator.Current.Members)
        {
            var node = _cluster.Nodes[member];
            var isDamaged = node.Log.IsGivenUp || node.Log.Durable.Record.GaveUp || node.Log.Image.Record.GaveUp || node.Log.Durable.LostTail;
            Require(isDamaged || node.Log.Durable.Holds(LastCommitted), $"member {member.Value} does not hold the committed entry {LastCommitted} stably");
        }

        foreach (var node in _cluster.Nodes.Values)
        {
            Require(
                !node.MayRead || node.Log.Image.Holds(LastCommitted),
                $"{node.Id.Value} may read in epoch {node.Replica?.Epoch} and lacks the committed entry {LastCommitted}");
            Require(
                !node.MayRead || !node.Replica!.HasMinInSync || node.Replica.Configuration!.Reader != node.Id || node.Log.Applied >= _acknowledged,
                $"{node.Id.Value} is the reader in epoch {node.Replica?.Epoch}, has applied {node.Log.Applied} and {_acknowledged} was acknowledged");
        }
    }

    private void Appended(MemoryEntry entry, Lsn previous)
    {
        if (!_entries.TryAdd(entry.Lsn, (entry.Text, previous)))
        {
            Require(_entries[entry.Lsn] == (entry.Text, previous), $"{entry.Lsn} is '{entry.Text}' after {previous} and {_entries[entry.Lsn]}");
        }
    }

    private void Pumped(TestNode node)
    {
        var status = node.Replica!.Status;
        var log = node.Log;
        if (status.Phase == ReplicaPhase.Serving)
        {
            var me = (node.Id, node.Incarnation);
            Require(_serving.TryAdd(status.Epoch, me) || _serving[status.Epoch] == me, $"epoch {status.Epoch} is served by {me} and {_serving[status.Epoch]}");
        }

        var feedsNobody = status.Configuration is not { } configuration || configuration.Topology.FedBy(configuration, node.Id).IsEmpty;
        Require(!feedsNobody || !log.IsPinned, $"{node.Id.Value} feeds nobody and keeps its log pinned");
        Require(status.Durable <= log.Last.Sequence, $"{node.Id.Value} counts {status.Durable} as stable and has only {log.Last}");
        Require(
            status.Durable <= log.Base.Sequence || log.Durable.Holds(log.Image.At(status.Durable).Lsn),
            $"{node.Id.Value} counts {status.Durable} as stable, and it is not");
        Require(status.Committed <= status.Durable, $"{node.Id.Value} counts {status.Committed} as committed and {status.Durable} as stable");
        Require(log.Applied <= Math.Max(status.Committed, log.Base.Sequence), $"{node.Id.Value} has applied {log.Applied} of {status.Committed}");
        // Logs that agree on an entry agree on all before it (Appended sees to that), so beside the news only the last need be compared.
        var news = Math.Min(status.Committed, (ulong)_committed.Count + 1);
        for (var sequence = Math.Max(news, log.Base.Sequence + 1); sequence <= status.Committed; sequence++)
        {
            NoteCommitted(node, log.Image.At(sequence));
        }

        CheckState(node);
        CheckAnswer(node);
        if (status.Phase == ReplicaPhase.Serving)
        {
            // Whoever waits at the first member is answered now.
            _acknowledged = Math.Max(_acknowledged, log.Applied);
        }
    }

    private void CheckAnswer(TestNode node)
    {
        var me = (node.Id, node.Incarnation);
        if (_asked.TryGetValue(me, out var asked) && node.Replica!.PositionKnown >= asked.Question)
        {
            _asked.Remove(me);
            Require(node.Log.Applied >= asked.Acknowledged, $"{me} was told that it is up to date with {node.Log.Applied}, and {asked.Acknowledged} was acknowledged before");
        }
    }

    private void NoteCommitted(TestNode node, MemoryEntry entry)
    {
        if (entry.Lsn.Sequence <= (ulong)_committed.Count)
        {
            var known = _committed[(int)entry.Lsn.Sequence - 1];
            Require(known.Lsn == entry.Lsn, $"{node.Id.Value} has {entry.Lsn} as committed where {known.Lsn} was committed");
            return;
        }

        Require(entry.Lsn.Sequence == (ulong)_committed.Count + 1, $"{node.Id.Value} has {entry.Lsn} as committed and nobody what precedes it");
        _committed.Add(entry);
        _states.Add(MemoryLog.Apply(State, entry));
    }

    private void CheckState(TestNode node)
    {
        var log = node.Log;
        if (_checked.TryGetValue(node.Id, out var before) && ReferenceEquals(before, log.State))
        {
            return;
        }

        _checked[node.Id] = log.State;
        if (log.Applied >= log.CompleteThrough && log.Applied < (ulong)_states.Count)
        {
            Require(log.State.SequenceEqual(_states[(int)log.Applied]), $"{node.Id.Value}'s state differs after {log.Applied}");
        }
    }

    private static void Require([DoesNotReturnIf(false)] bool holds, string violation)
    {
        if (!holds)
        {
            throw new ViolationException(violation);
        }
    }
}
