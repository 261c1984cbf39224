using System.Collections.Immutable;
using Catena.Core.Primitives;
using Catena.Core.Replication.Log;
using Catena.Core.Replication.Messages;

namespace Catena.Core.Replication.NewEpoch;

/// <summary>The first member's work in a new epoch until it holds the log that all will have: phases Opening and Adopting.</summary>
/// <remarks>
/// Every member must acknowledge the epoch, and the longest of all their logs is adopted, highest last epoch first, then
/// sequence (as Viewstamped Replication chooses a log: Liskov and Cowling, 2012, section 4.2, but of all members instead of a
/// majority). Nothing of it may be dropped, since it may have been acknowledged: it is replicated again in the new epoch.
/// </remarks>
internal sealed class EpochOpening(ReplicaState state)
{
    private readonly Dictionary<NodeId, EpochAck> _acks = [];
    private readonly HashSet<NodeId> _released = [];
    private ImmutableArray<NodeId> _formerReaders = [];
    private NodeId _donor;
    private long _lastSent;

    internal IReadOnlyDictionary<NodeId, EpochAck> Acks => _acks;

    /// <summary>Whether every member has acknowledged and this replica holds the longest of their logs.</summary>
    internal bool IsComplete { get; private set; }

    private Configuration Configuration => state.Configuration!;

    internal void Begin(ImmutableArray<NodeId> formerReaders)
    {
        _acks.Clear();
        _released.Clear();
        IsComplete = false;
        _formerReaders = formerReaders;
        state.Enter(ReplicaPhase.Opening);
        if (state.LacksWitness)
        {
            state.Report(ReplicaEventKind.CannotLead, "the log may lack its end, and no other member is left that has it");
        }

        Ask();
    }

    /// <summary>Takes an acknowledgement, a member's, a learner's or a former reader's.</summary>
    internal void Acknowledged(NodeId from, EpochAck ack)
    {
        var isNews = _released.Add(from);
        var isOfEarlierLife = _acks.TryGetValue(from, out var known) && known.Incarnation > ack.Incarnation;
        if (Configuration.Lists(from) && !isOfEarlierLife)
        {
            _acks[from] = ack;
        }

        if (isNews && from != state.Self && _formerReaders.Contains(from))
        {
            // Its word frees the others from their promises to it, so they hear of it at once.
            Ask();
        }

        if (state.Phase == ReplicaPhase.Opening && !IsComplete && !state.LacksWitness && Configuration.Members.All(_acks.ContainsKey))
        {
            ChooseLog();
        }
    }

    /// <summary>Takes entries from the member with the longest log.</summary>
    internal void Received(NodeId from, LogSuffix suffix)
    {
        if (state.Phase != ReplicaPhase.Adopting || from != _donor || suffix.After != state.Log.Last)
        {
            return;
        }

        var rest = suffix.Frames.Span;
        while (EntryFrame.TryRead(rest, out _, out _, out var length))
        {
            var position = state.Log.AppendFrame(rest[..length]);
            if (position < 0)
            {
                return;
            }

            state.Appended(position);
            rest = rest[length..];
        }

        IsComplete = state.Log.Last == suffix.Last;
        if (!IsComplete)
        {
            Fetch();
        }
    }

    /// <summary>Asks again where an answer is overdue.</summary>
    internal void Tick()
    {
        if (state.Now - _lastSent < state.Options.Retransmit / 4)
        {
            return;
        }

        if (state.Phase == ReplicaPhase.Adopting && !IsComplete)
        {
            Fetch();
        }

        Ask();
    }

    private void Ask()
    {
        _lastSent = state.Now;
        var open = new EpochOpen(Configuration, [.. _released]);
        var others = Configuration.Members.Concat(Configuration.Learners);
        foreach (var node in IsComplete ? others : others.Union(_formerReaders))
        {
            if (node != state.Self && !_released.Contains(node))
            {
                state.Send(node, open);
            }
        }
    }

    private void ChooseLog()
    {
        if (!state.Rules.KeepsInheritedSuffix)
        {
            state.Truncate(state.Committed);
            IsComplete = true;
            return;
        }

        var longest = state.Self;
        if (!state.Rules.AdoptsLongestLog)
        {
            IsComplete = true;
            return;
        }

        foreach (var member in Configuration.Members)
        {
            if (_acks[member].Last > _acks[longest].Last)
            {
                longest = member;
            }
        }

        if (longest == state.Self)
        {
            IsComplete = true;
            return;
        }

        var theirs = _acks[longest];
        var common = Lineage.CommonPoint(state.Log.Lineage, state.Log.Last, theirs.Lineage, theirs.Last);
        if (common.Sequence < state.Log.Last.Sequence)
        {
            state.Truncate(common.Sequence);
        }

        _donor = longest;
        state.Enter(ReplicaPhase.Adopting);
        Fetch();
    }

    private void Fetch()
    {
        _lastSent = state.Now;
        state.Send(_donor, new LogFetch(state.Epoch, state.Log.Last));
    }
}
