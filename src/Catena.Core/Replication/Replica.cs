using Catena.Core.Primitives;
using Catena.Core.Replication.Leases;
using Catena.Core.Replication.Membership;
using Catena.Core.Replication.Messages;
using Catena.Core.Replication.PrimaryBackup;

namespace Catena.Core.Replication;

/// <summary>One replica of one partition as a state machine: messages, time and stability in; messages and commits out.</summary>
/// <remarks>
/// <para>
/// The protocol is primary-backup replication with reconfiguration through an outside coordinator, after PacificA (Lin, Yang,
/// Zhang and Zhang: "PacificA: Replication in Log-Based Distributed Storage Systems", 2008). A partition's configurations are
/// numbered by epochs. The first member of a configuration gives entries their positions; an entry is committed when the copies
/// of all members are stable. A new configuration's first member collects the acknowledgement of every member, adopts the longest
/// log among them, brings every other to it up to a start entry of its epoch, and serves only then. The reader answers reads
/// under leases from every other member, and a grantor keeps its promise before it acknowledges an epoch that deposes a reader.
/// </para>
/// <para>
/// The shape is that of etcd's RawNode: the host calls an input method, then <see cref="TakeReady" />, and does what that says.
/// The log is a port that works in memory (<see cref="IReplicaLog" />); the host reports stability by <see cref="Stable" />.
/// Not thread-safe: the partition's lock guards it. It knows no I/O, clock, thread or random source; time is the host's monotonic
/// clock in nanoseconds and never goes back.
/// </para>
/// </remarks>
public sealed partial class Replica
{
    private readonly ReplicaState _state;
    private readonly EpochDoor _door;
    private readonly Primary _primary;
    private readonly Backup _backup;
    private readonly MembershipDesk _membership;
    private Configuration? _submitted;
    private long _gaveUpSent;
    private bool _recordMayBeOld;

    /// <summary>A replica that goes on from what its log and record hold.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="log">The log and state.</param>
    /// <param name="health">What the node thinks of the others.</param>
    /// <param name="start">How it starts.</param>
    public Replica(ReplicaOptions options, IReplicaLog log, IPeerHealth health, ReplicaStart start)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(start);
        _state = new ReplicaState(options, log, health, new PromiseBook(options.Rules.PromisesOutliveRestarts ? start.PromisesUntil : 0))
        {
            Now = start.Now,
            Epoch = start.Record.Epoch,
            Configuration = start.Record.Configuration,
            IsSuspect = start.IsSuspect,
            WasAlone = start.Record.Configuration is not { } last || last.Members.All(member => member == options.Self),
            GaveUp = start.Record.GaveUp || start.GaveUp,
        };
        _state.Restore(log.Last.Sequence, log.Applied);
        _recordMayBeOld = start.RecordMayBeOld;
        _door = new EpochDoor(_state);
        _primary = new Primary(_state);
        _backup = new Backup(_state);
        _membership = new MembershipDesk(_state, _primary);
        if (start.GaveUp && !start.Record.GaveUp)
        {
            _state.RecordPosition = log.SaveRecord(start.Record with { GaveUp = true });
            _state.Report(ReplicaEventKind.GaveUp, "the copy is corrupt");
        }

        if (_state.Configuration is { } configuration && !_state.GaveUp)
        {
            // An epoch of an earlier life is followed but never led: positions of it may have been issued that are now forgotten.
            ResumeFollowing(configuration);
        }
    }

    /// <summary>The highest epoch learnt of.</summary>
    public Epoch Epoch => _state.Epoch;

    /// <summary>The configuration of <see cref="Epoch" />; null before the first.</summary>
    public Configuration? Configuration => _state.Configuration;

    /// <summary>What the replica is doing.</summary>
    public ReplicaPhase Phase => _state.Phase;

    /// <summary>The sequence up to which entries are committed and stable here.</summary>
    public ulong Committed => _state.Committed;

    /// <summary>Whether commands may be decided here: this is the first member, and it serves.</summary>
    public bool IsServing => _state.Phase == ReplicaPhase.Serving;

    /// <summary>Whether there are members enough for writes to commit.</summary>
    public bool HasMinInSync => _state.Configuration is { } configuration && configuration.Members.Length >= _state.Options.MinInSync;

    /// <summary>A picture of the replica for status, metrics and checkers.</summary>
    public ReplicaStatus Status => new(
        _state.Options.Partition,
        _state.Epoch,
        _state.Configuration,
        _state.Phase,
        _state.Log.Last,
        _state.Durable,
        _state.Committed,
        _state.Log.Applied,
        _state.Configuration?.HasLearner(_state.Self) == true,
        _state.IsSuspect,
        _state.GaveUp);

    /// <summary>
    /// Until when what is read here may be answered: this is the reader, and every other member's lease holds until then. 0 where
    /// this replica is not the reader or does not serve.
    /// </summary>
    /// <remarks>
    /// The value is read first and this is compared with the clock afterwards, so that a lease that ran out meanwhile is seen. A
    /// host that publishes it to other threads publishes it before it sends the messages of the same <see cref="Ready" />.
    /// </remarks>
    public long ReadableUntil
    {
        get
        {
            if (_state.Phase != ReplicaPhase.Serving)
            {
                return 0;
            }

            var until = long.MaxValue;
            foreach (var member in _state.Configuration!.Members)
            {
                until = member == _state.Self ? until : Math.Min(until, _state.Leases.Until(member));
            }

            if (_primary.Promoting != NodeId.None && _state.Rules.LearnerCountsForLeases)
            {
                until = Math.Min(until, _state.Leases.Until(_primary.Promoting));
            }

            return _state.Rules.MayReadUntil(until);
        }
    }

    /// <summary>The position of the next entry, where commands may be decided and can commit.</summary>
    /// <param name="lsn">The position after the last entry.</param>
    /// <returns>False where this replica does not serve or has too few members.</returns>
    public bool TryNextLsn(out Lsn lsn)
    {
        lsn = new Lsn(_state.Epoch, _state.Log.Last.Sequence + 1);
        return IsServing && HasMinInSync;
    }

    /// <summary>Takes the word that the host has appended the entry that <see cref="TryNextLsn" /> gave a position to.</summary>
    /// <param name="position">Where in the journal the entry becomes stable.</param>
    public void Appended(long position) => _state.Appended(position);

    /// <summary>Takes a message from another replica of the partition.</summary>
    /// <param name="from">Who sent it.</param>
    /// <param name="message">What it says; what it borrows is not kept.</param>
    /// <param name="now">The time.</param>
    public void Step(NodeId from, ReplicaMessage message, long now)
    {
        ArgumentNullException.ThrowIfNull(message);
        _state.Now = now;
        switch (message)
        {
            case EpochOpen open:
                Learn(open.Configuration);
                if (open.Epoch == _state.Epoch)
                {
                    _door.Ask(from, open.Released);
                }

                break;
            case EpochStale stale:
                Learn(stale.Configuration);
                return;
        }

        if (_state.Rules.IsRefused(message.Epoch, _state.Epoch))
        {
            Refuse(from, message);
        }
        else if (message.Epoch <= _state.Epoch && _state.Configuration is { } configuration)
        {
            Dispatch(from, message, configuration);
        }
    }

    /// <summary>Takes a configuration from the coordinator; one that is not newer changes nothing.</summary>
    /// <param name="configuration">What stands there.</param>
    /// <param name="now">The time.</param>
    public void Reconfigure(Configuration configuration, long now)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        _state.Now = now;
        Learn(configuration);
    }

    /// <summary>Takes the word that a proposal cannot have reached the coordinator by any attempt; it will be made again.</summary>
    /// <remarks>The word may come late: about another proposal than the open one it says nothing.</remarks>
    /// <param name="epoch">The proposed configuration's epoch.</param>
    /// <param name="now">The time.</param>
    public void ProposalNotSubmitted(Epoch epoch, long now)
    {
        _state.Now = now;
        if (_membership.NotSubmitted(epoch))
        {
            _submitted = null;
        }
    }

    /// <summary>Takes the word that everything appended up to this journal position is stable.</summary>
    /// <param name="position">The position.</param>
    /// <param name="now">The time.</param>
    public void Stable(long position, long now)
    {
        _state.Now = now;
        _state.Stable(position);
    }

    /// <summary>Lets time pass; called every few milliseconds.</summary>
    /// <param name="now">The time.</param>
    public void Tick(long now)
    {
        _state.Now = now;
        if (_state.Phase >= ReplicaPhase.Opening)
        {
            _primary.Tick();
        }

        TellThatCopyIsLost();
    }

    /// <summary>Asks the first member, where this is it, to hand its place to another member; nothing happens otherwise.</summary>
    /// <param name="to">A member.</param>
    public void AskHandOver(NodeId to) => _membership.AskHandOver(to);

    /// <summary>Asks the first member, where this is it, to drop a member; nothing happens otherwise.</summary>
    /// <param name="node">A member, perhaps itself.</param>
    public void AskRemoval(NodeId node) => _membership.AskRemoval(node);

    /// <summary>Asks the first member, where this is it, to reach an epoch of at least this number; nothing happens otherwise, or where it has one.</summary>
    /// <remarks>
    /// Every version that the partition gives from that epoch on is above all of lower epochs, whosever they were: what is restored from a
    /// backup is newer than the backup itself. Members and learners stay as they are.
    /// </remarks>
    /// <param name="least">The epoch.</param>
    public void AskEpoch(Epoch least) => _membership.AskEpoch(least);

    /// <summary>Grants a lease to a reader, where this replica follows it in the very epoch that it names.</summary>
    /// <param name="reader">Who asks.</param>
    /// <param name="epoch">The epoch in which it is the reader.</param>
    /// <param name="now">When it was received.</param>
    /// <returns>True where the lease is granted; the promise is recorded then.</returns>
    public bool GrantLease(NodeId reader, Epoch epoch, long now)
    {
        _state.Now = now;
        var isGranted = epoch == _state.Epoch
            && _door.IsOpen
            && _state.Configuration is { } configuration
            && configuration.Reader == reader
            && IsListed(configuration, _state.Self)
            && !_state.GaveUp;
        if (isGranted)
        {
            _state.Promises.Make(reader, now + _state.Options.Promise);
        }

        return isGranted;
    }

    /// <summary>Takes a granted lease.</summary>
    /// <param name="grantor">Who granted it.</param>
    /// <param name="epoch">For which epoch.</param>
    /// <param name="askedAt">When it was asked for; the lease counts from then.</param>
    public void LeaseGranted(NodeId grantor, Epoch epoch, long askedAt)
    {
        if (epoch == _state.Epoch && _state.Configuration!.Reader == _state.Self)
        {
            _state.Leases.Granted(grantor, askedAt + _state.Options.Lease);
        }
    }

    /// <summary>Strikes out promises to a node that shuts down in order and has said that it reads no more.</summary>
    /// <param name="reader">The node.</param>
    public void LeaseReturned(NodeId reader) => _state.Promises.Return(reader);

    /// <summary>Works off what the inputs allow, and says what the host has to do.</summary>
    public Ready TakeReady()
    {
        OpenDoor();
        if (_state.Phase >= ReplicaPhase.Opening)
        {
            _primary.Advance();
        }
        else if (_state.Phase == ReplicaPhase.Following)
        {
            _backup.Advance();
        }

        _membership.Advance();
        var proposal = _membership.Open?.Next;
        var isNew = proposal is not null && proposal != _submitted;
        _submitted = proposal;
        return new Ready
        {
            Messages = _state.Messages,
            Committed = _state.Committed,
            Proposal = isNew ? proposal : null,
            WantsLease = _state.WantsLease,
            Events = _state.Events,
        };
    }

    /// <summary>Takes the word that the host has done what <see cref="TakeReady" /> said.</summary>
    public void Advance()
    {
        _state.Messages.Clear();
        _state.Events.Clear();
        _state.WantsLease = false;
    }

    private static bool IsListed(Configuration configuration, NodeId node) => configuration.HasMember(node) || configuration.HasLearner(node);

    private void ResumeFollowing(Configuration configuration)
    {
        var isListed = IsListed(configuration, _state.Self);
        _door.Ask(configuration.First, []);
        if (configuration.First != _state.Self)
        {
            _state.Enter(isListed ? ReplicaPhase.Following : ReplicaPhase.Idle);
        }
        else if (_state.Rules.MustReopenAfterRestart)
        {
            _state.Enter(ReplicaPhase.Reopening);
        }
        else
        {
            _primary.Begin(configuration.Reader);
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
        _state.Unfit.Clear();
        if (configuration.Reader != _state.Self)
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
        if (_membership.Learnt(before, configuration) && configuration.First != _state.Self)
        {
            // Its proposer knows first that it stands; whose turn it is now need not wait for the coordinator's word.
            _state.Send(configuration.First, new EpochStale(configuration));
        }

        _door.Begin();
        _backup.Begin();
        if (configuration.First == _state.Self && !_state.GaveUp)
        {
            _primary.Begin(before?.Reader ?? NodeId.None);
            _door.Ask(_state.Self, []);
        }
        else
        {
            _primary.End();
            var isListed = IsListed(configuration, _state.Self);
            _state.Enter(isListed ? ReplicaPhase.Following : ReplicaPhase.Idle);
        }
    }

    private void Dispatch(NodeId from, ReplicaMessage message, Configuration configuration)
    {
        if (_state.Phase >= ReplicaPhase.Opening)
        {
            switch (message)
            {
                case EpochAck ack: TakeAcknowledgement(from, ack); break;
                case LogSuffix suffix: _primary.OnLogSuffix(from, suffix); break;
                case AppendAck ack: _primary.OnAppendAck(from, ack); break;
                case AppendRefused refusal: _primary.OnAppendRefused(from, refusal); break;
                case SnapshotAck ack: _primary.OnSnapshotAck(from, ack); break;
            }
        }
        else if (_state.Phase == ReplicaPhase.Following && _state.Rules.IsFedBy(from, message.Epoch, configuration) && _door.IsOpen)
        {
            switch (message)
            {
                case AppendEntries append: _backup.OnAppend(append); break;
                case SnapshotChunk chunk: _backup.OnChunk(chunk); break;
                case LogFetch fetch: _backup.OnFetch(from, fetch); break;
            }
        }

        if (message is GaveUp && IsListed(configuration, from))
        {
            _state.Unfit.Add(from);
        }
    }

    private void TakeAcknowledgement(NodeId from, EpochAck ack)
    {
        if (!_door.IsOpen)
        {
            // A promise of this replica to a reader that has itself acknowledged the epoch stands in the way no longer.
            _door.Ask(_state.Self, [from]);
        }

        _primary.OnEpochAck(from, ack);
    }

    private void Refuse(NodeId from, ReplicaMessage message)
    {
        if (message is EpochOpen or AppendEntries or SnapshotChunk or LogFetch or GaveUp)
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
                _primary.OnEpochAck(_state.Self, ack);
            }
        }
        else
        {
            _state.Send(askedBy, ack);
        }
    }
}
