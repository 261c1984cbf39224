using Catena.Core.Primitives;
using Catena.Core.Replication.Messages;

namespace Catena.Core.Replication;

/// <content>How a replica passes from one epoch to the next, and who may tell it what in an epoch.</content>
public sealed partial class Replica
{
    /// <summary>Goes on in the epoch of an earlier life, as far as that is allowed.</summary>
    private void ResumeFollowing(Configuration configuration)
    {
        var place = _state.Place;
        _state.BeginEpoch();
        _door.Ask(place.IsMember || !place.IsListed ? configuration.First : place.Feeder, []);
        if (place.IsFirst && !_state.Rules.MustReopenAfterRestart)
        {
            _first.Begin([]);
        }
        else if (place.IsFirst || (place.IsInChain && _state.Rules.SitsOutAfterRestart))
        {
            // A first member may have issued positions of this epoch that are now forgotten; a member of a chain, told and read what is.
            _state.Enter(ReplicaPhase.Reopening);
        }
        else
        {
            _follower.Resume();
            _state.Enter(place.IsListed ? ReplicaPhase.Following : ReplicaPhase.Idle);
        }
    }

    private void Learn(Configuration configuration)
    {
        var before = _state.Configuration;
        if (configuration.Epoch <= _state.Epoch)
        {
            return;
        }

        _state.Epoch = configuration.Epoch;
        _state.Configuration = configuration;
        _state.BeginEpoch();
        if (!_state.Place.IsReader)
        {
            _state.Leases.Clear();
        }

        _state.Report(ReplicaEventKind.ConfigurationLearnt, configuration.ToString());
        if (_state.GaveUp && configuration.HasLearner(_state.Self) && !_recordMayBeOld)
        {
            _state.StartAnew();
        }
        else if (IsPromotedForLostCopy(before, configuration))
        {
            _state.GaveUp = true;
            _state.Report(ReplicaEventKind.GaveUp, "the copy that was promoted is lost");
        }

        // In the first epoch that it learns of, the others may have heard an earlier life acknowledge what is lost; they are told, and make another.
        _recordMayBeOld = false;
        _state.RecordPosition = _state.Log.SaveRecord(new ReplicaRecord(configuration.Epoch, configuration, _state.GaveUp));
        Invariant.Holds(_state.RecordPosition >= 0, "there was no space for a replica's record");
        var isOwn = _membership.Learnt(before, configuration);
        if (isOwn && !_state.Place.IsFirst)
        {
            // Its proposer knows first that it stands; whose turn it is now need not wait for the coordinator's word.
            _state.Send(configuration.First, new EpochStale(configuration));
        }

        if (!_state.Rules.TruncatesOnlyByLineage && _state.Log.Last.Sequence > _state.Committed)
        {
            _state.Truncate(_state.Committed);
        }

        _door.Begin();
        _follower.Begin();
        _feeder.Begin();
        _positions.Begin();
        if (_state.Place.IsFirst && _state.IsSuspect && !isOwn && !_state.GaveUp && _state.Rules.MustReopenAfterRestart)
        {
            // Its record may be as old as the end of its log: what it hears of may be an epoch in which an earlier life of it was the first member.
            _state.Enter(ReplicaPhase.Reopening);
        }
        else if (_state.Place.IsFirst && !_state.GaveUp)
        {
            _first.Begin(before is null ? [] : before.Topology.ReadersOf(before));
            _door.Ask(_state.Self, []);
        }
        else
        {
            _state.Enter(_state.Place.IsListed ? ReplicaPhase.Following : ReplicaPhase.Idle);
        }
    }

    private void Dispatch(NodeId from, ReplicaMessage message, Configuration configuration)
    {
        if (_state.Phase >= ReplicaPhase.Opening)
        {
            TakeAsFirst(from, message, configuration);
        }

        var isOfOwnEpoch = message.Epoch == _state.Epoch;
        switch (message)
        {
            case EpochAck ack when isOfOwnEpoch: _feeder.OnEpochAck(from, ack); break;
            case AppendAck ack when isOfOwnEpoch: _feeder.OnAppendAck(from, ack); break;
            case AppendRefused refusal when isOfOwnEpoch: _feeder.OnAppendRefused(from, refusal); break;
            case SnapshotAck ack when isOfOwnEpoch: _feeder.OnSnapshotAck(from, ack); break;
            case PositionAsk ask when isOfOwnEpoch && configuration.Lists(from): _positions.OnAsk(from, ask, ReadableUntil); break;
            case PositionTold told when isOfOwnEpoch: _positions.OnTold(from, told); break;
            case GaveUp when configuration.Lists(from): _state.Unfit.Add(from); break;
            default: TakeAsFollower(from, message, configuration); break;
        }
    }

    private void TakeAsFirst(NodeId from, ReplicaMessage message, Configuration configuration)
    {
        if (message.Epoch != _state.Epoch)
        {
            return;
        }

        switch (message)
        {
            case EpochAck ack: TakeAcknowledgement(from, ack); break;
            case LogSuffix suffix: _first.OnLogSuffix(from, suffix); break;
            case EpochWish when configuration.HasMember(from): _membership.OnWish(); break;
            case StandingTold told: _membership.OnStanding(from, told); break;
        }
    }

    private void TakeAsFollower(NodeId from, ReplicaMessage message, Configuration configuration)
    {
        if (_state.Phase != ReplicaPhase.Following || !_door.IsOpen)
        {
            return;
        }

        switch (message)
        {
            case AppendEntries append when IsFedBy(from, message): _follower.OnAppend(append); break;
            case SnapshotChunk chunk when IsFedBy(from, message): _follower.OnChunk(chunk); break;
            case LogFetch fetch when from == configuration.First && message.Epoch == _state.Epoch: _follower.OnFetch(from, fetch); break;
        }
    }

    private bool IsFedBy(NodeId from, ReplicaMessage message) => _state.Rules.IsFedBy(from, _state.Place.Feeder, message.Epoch, _state.Epoch);

    private void TakeAcknowledgement(NodeId from, EpochAck ack)
    {
        if (!_door.IsOpen)
        {
            // A promise of this replica to a reader that has itself acknowledged the epoch stands in the way no longer.
            _door.Ask(_state.Self, [from]);
        }

        _first.OnEpochAck(from, ack);
    }

    private void Refuse(NodeId from, ReplicaMessage message)
    {
        if (message is EpochOpen or AppendEntries or SnapshotChunk or LogFetch or GaveUp or EpochWish or StandingTold or PositionAsk)
        {
            _state.Report(ReplicaEventKind.Refused, $"{message.GetType().Name} of epoch {message.Epoch} from {from}");
            _state.Send(from, new EpochStale(_state.Configuration!));
        }
    }

    private void OpenDoor()
    {
        if (_door.TryAcknowledge(out var askedBy) is not { } ack)
        {
            return;
        }

        if (askedBy == _state.Self)
        {
            if (_state.Phase >= ReplicaPhase.Opening)
            {
                _first.OnEpochAck(_state.Self, ack);
            }
        }
        else
        {
            _state.Send(askedBy, ack);
        }
    }

    /// <summary>Draws what follows from how far everybody is: what is committed, and whether the epoch is settled.</summary>
    private void Settle()
    {
        _state.Behind = _feeder.Behind();
        var start = _state.Start;
        var isHeldByAll = start != 0 && _state.Place.IsMember && _state.Phase is ReplicaPhase.Following or >= ReplicaPhase.Bringing && _state.Reached >= start;
        if (!_state.Place.Commits)
        {
            _state.Commit(_state.Told);
        }
        else if (isHeldByAll && _state.HasMinInSync)
        {
            _state.Commit(_state.Reached);
        }

        if (isHeldByAll && !_state.IsSettled)
        {
            _state.IsSettled = true;
            _state.WantsLease |= _state.Place.IsReader;
            if (_state.Phase == ReplicaPhase.Bringing)
            {
                _first.Settled();
            }
        }
    }

    /// <summary>Tells the first member of a chain what it cannot see from its place.</summary>
    private void TellFirst()
    {
        var place = _state.Place;
        if (!place.IsInChain || place.IsFirst || _state.GaveUp || !_door.IsOpen || _state.Now - _standingSent < _state.Options.Retransmit)
        {
            return;
        }

        _standingSent = _state.Now;
        if (_state.Phase == ReplicaPhase.Reopening)
        {
            _state.Send(_state.Configuration!.First, new EpochWish(_state.Epoch));
        }

        foreach (var node in place.Fed)
        {
            Tell(node, ReplicaStanding.Unfit, _state.Unfit.Contains(node));
            Tell(node, ReplicaStanding.CaughtUp, !_state.Configuration!.HasMember(node) && _feeder.HasCaughtUp(node));
        }

        // A reader must hear everybody, anybody else its neighbours.
        foreach (var member in _state.Configuration!.Members)
        {
            var mustHear = place.IsReader || member == place.Feeder || place.Fed.Contains(member);
            Tell(member, ReplicaStanding.Unreached, mustHear && member != _state.Self && _state.Health.IsSuspected(member));
        }
    }

    private void Tell(NodeId node, ReplicaStanding standing, bool isSo)
    {
        if (isSo && node != _state.Configuration!.First)
        {
            _state.Send(_state.Configuration.First, new StandingTold(_state.Epoch, node, standing));
        }
    }
}
