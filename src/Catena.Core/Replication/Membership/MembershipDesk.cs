using System.Collections.Immutable;
using Catena.Core.Primitives;
using Catena.Core.Replication.Flow;
using Catena.Core.Replication.Messages;

namespace Catena.Core.Replication.Membership;

/// <summary>Decides which configuration a replica proposes next, if any.</summary>
/// <remarks>
/// The first member drops suspected members, promotes learners that have caught up and hands its place over when asked. Where
/// the first member is suspected, the next in order proposes itself, later ones after a stagger. One proposal is open at a time,
/// and stays open until its outcome is known. Who proposes and how fast never matters to safety, only to time.
/// </remarks>
internal sealed class MembershipDesk(ReplicaState state, Feeder feeder)
{
    private readonly ReadmissionBook _readmissions = new(state.Options);
    private long _failedSince = long.MaxValue;
    private long _notBefore;
    private NodeId _handOverTo;
    private NodeId _toRemove;
    private readonly Promotion _promotion = new(state, feeder);
    private readonly Complaints _complaints = new(state);
    private Epoch _leastEpoch;
    private ReplicationMode _mode;

    private Configuration Configuration => state.Configuration!;

    internal void AskHandOver(NodeId to) => _handOverTo = to;

    internal void AskRemoval(NodeId node) => _toRemove = node;

    internal void AskEpoch(Epoch least) => _leastEpoch = least;

    internal void AskMode(ReplicationMode mode) => _mode = mode;

    /// <summary>Takes the wish of a member that sits this epoch out.</summary>
    internal void OnWish()
    {
        if (_leastEpoch <= Configuration.Epoch)
        {
            _leastEpoch = Configuration.Epoch.Next;
        }
    }

    /// <summary>Takes a member's word of another replica.</summary>
    internal void OnStanding(NodeId from, StandingTold told)
    {
        switch (told.Standing)
        {
            case ReplicaStanding.CaughtUp when Configuration.HasLearner(told.Node):
                _promotion.CaughtUp(told.Node);
                break;
            case ReplicaStanding.Unfit when Configuration.Topology.FeederOf(Configuration, told.Node) == from:
                state.Unfit.Add(told.Node);
                break;
            case ReplicaStanding.Unreached when Configuration.HasMember(told.Node) && Configuration.HasMember(from):
                _complaints.Add(from, told.Node);
                break;
        }
    }

    /// <summary>Takes a newer configuration as the outcome of whatever was proposed over the old one.</summary>
    /// <returns>Whether it is the one that this replica proposed.</returns>
    internal bool Learnt(Configuration? before, Configuration now)
    {
        if (before is not null && now.First == state.Self)
        {
            foreach (var dropped in before.Members.Where(member => !now.HasMember(member)))
            {
                _readmissions.Dropped(dropped, state.Now);
            }
        }

        var isAccepted = now == state.Proposed;
        if (state.Proposed is { } open && now.Epoch > open.Follows)
        {
            state.Report(ReplicaEventKind.ProposalResolved, isAccepted ? "accepted" : $"rejected, {now} stands");
            state.Proposed = null;
        }

        _failedSince = long.MaxValue;
        _complaints.Clear();
        _promotion.Clear();
        _handOverTo = NodeId.None;
        _leastEpoch = now.Epoch < _leastEpoch ? _leastEpoch : Epoch.None;
        _mode = now.Mode == _mode ? default : _mode;
        _toRemove = now.HasMember(_toRemove) ? _toRemove : NodeId.None;
        return isAccepted;
    }

    /// <summary>Takes the word that a proposal never reached the coordinator. Where that was not the open one nothing changes: that may yet succeed.</summary>
    internal void NotSubmitted(Epoch epoch)
    {
        if (state.Proposed is not { } open || open.Epoch != epoch)
        {
            return;
        }

        state.Proposed = null;
        if (state.Place.IsFirst)
        {
            // Anybody else heeds the first member's word on who counts, whatever becomes of a proposal of its own.
            _promotion.Withdraw();
        }

        _notBefore = state.Now + state.Options.ProposalRetry;
    }

    internal void Advance()
    {
        if (state.Proposed is not null || state.Now < _notBefore || state.Configuration is null || state.GaveUp)
        {
            return;
        }

        var place = Configuration.Members.IndexOf(state.Self);
        if (place == 0)
        {
            AsFirst();
        }
        else if (place > 0 && !state.IsSuspect)
        {
            AsSuccessor(place);
        }
    }

    private void AsFirst()
    {
        if (state.Phase == ReplicaPhase.Reopening)
        {
            Propose("reopen", Configuration.Members);
            return;
        }

        var failed = _complaints.Judge(Failed());
        NoteFailure(!failed.IsEmpty);
        if (!failed.IsEmpty)
        {
            // A replica that may have lost its tail must hear the others before it leaves any of them behind.
            var remaining = Configuration.Members.RemoveRange(failed);
            if (!state.IsSuspect && IsDue(remaining.Length, 0))
            {
                Propose($"drop {string.Join(' ', failed)}", remaining);
            }
        }
        else if (Configuration.Epoch < _leastEpoch)
        {
            Propose($"raise the epoch to {_leastEpoch}", Configuration.Members);
        }
        else if (state.Phase == ReplicaPhase.Serving)
        {
            TakeRequests();
        }
    }

    private void TakeRequests()
    {
        if (Configuration.HasMember(_toRemove) && Configuration.Members.Length > 1)
        {
            Propose($"remove {_toRemove}", Configuration.Members.Remove(_toRemove));
        }
        else if (_handOverTo != state.Self && Configuration.HasMember(_handOverTo))
        {
            Propose($"hand over to {_handOverTo}", Configuration.Members.Remove(_handOverTo).Insert(0, _handOverTo));
        }
        else if (_mode != default && _mode != Configuration.Mode)
        {
            Propose($"replicate as {ReplicationModes.NameOf(_mode)}", Configuration.Members);
        }
        else if (Configuration.Learners.IsEmpty)
        {
            // As nearly always; nothing below concerns anybody else.
        }
        else if (Configuration.Learners.Any(state.Unfit.Contains))
        {
            // In this epoch it may have been promoted for all it knows; in the next one it is a learner for certain, and begins anew.
            Propose("let a learner begin anew", Configuration.Members);
        }
        else if (_promotion.Next(IsFit) is var learner && learner != NodeId.None)
        {
            Propose($"promote {learner}", Configuration.Members.Add(learner));
        }
    }

    private void AsSuccessor(int place)
    {
        var firstFailed = HasFailed(Configuration.First);
        NoteFailure(firstFailed);
        if (!firstFailed)
        {
            return;
        }

        var remaining = Configuration.Members.Where(member => member != state.Self && !HasFailed(member)).Prepend(state.Self).ToImmutableArray();
        if (IsDue(remaining.Length, place - 1))
        {
            Propose($"take over from {Configuration.First}", remaining);
        }
    }

    private void NoteFailure(bool failed) =>
        _failedSince = failed ? Math.Min(_failedSince, state.Now) : long.MaxValue;

    private bool IsDue(int remaining, int behind)
    {
        var isLonely = remaining < state.Options.MinInSync && Configuration.Members.Length >= state.Options.MinInSync;
        var delay = (behind * state.Options.TakeoverStagger) + (isLonely ? state.Options.LonelyDelay : 0);
        return state.Now - _failedSince >= delay;
    }

    private ImmutableArray<NodeId> Failed()
    {
        // Asked at every step, and nearly always nobody has.
        ImmutableArray<NodeId> failed = [];
        foreach (var member in Configuration.Members)
        {
            failed = HasFailed(member) ? failed.Add(member) : failed;
        }

        return failed;
    }

    private bool HasFailed(NodeId member) =>
        member != state.Self && (state.Health.IsSuspected(member) || state.Unfit.Contains(member));

    private bool IsFit(NodeId learner) =>
        _readmissions.Allows(learner, state.Now) && state.Health.IsSteady(learner, Configuration.Members.AsSpan());

    private void Propose(string why, ImmutableArray<NodeId> members)
    {
        var present = Configuration.Epoch;
        var epoch = _leastEpoch > present.Next && state.Phase >= ReplicaPhase.Opening ? _leastEpoch : present.Next;
        var isInSync = members.Length >= state.Options.MinInSync;
        var next = Configuration with
        {
            Epoch = epoch,
            Leap = epoch == present.Next ? null : new EpochLeap(present, epoch),
            Mode = _mode != default && state.Phase == ReplicaPhase.Serving ? _mode : Configuration.Mode,
            Members = members,
            Learners = Configuration.Learners.RemoveAll(members.Contains),
            InSyncEpoch = isInSync ? epoch : Configuration.InSyncEpoch,
            InSyncMembers = isInSync ? members : Configuration.InSyncMembers,
        };
        state.Proposed = next;
        state.Report(ReplicaEventKind.Proposed, $"{why}: {next}");
    }
}
