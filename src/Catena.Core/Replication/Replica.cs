using Catena.Core.Primitives;
using Catena.Core.Replication.Flow;
using Catena.Core.Replication.Leases;
using Catena.Core.Replication.Membership;
using Catena.Core.Replication.Messages;
using Catena.Core.Replication.NewEpoch;
using Catena.Core.Replication.Reads;

namespace Catena.Core.Replication;

/// <summary>One replica of one partition as a state machine: messages, time and stability in; messages and commits out.</summary>
/// <remarks>
/// <para>
/// The protocol is primary-backup replication with reconfiguration through an outside coordinator, after PacificA (Lin, Yang,
/// Zhang and Zhang: "PacificA: Replication in Log-Based Distributed Storage Systems", 2008). A partition's configurations are
/// numbered by epochs. The first member of a configuration gives entries their positions; an entry is committed when the copies
/// of all members are stable. A new configuration's first member collects the acknowledgement of every member, adopts the longest
/// log among them, has every other brought to it up to a start entry of its epoch, and serves only then. The reader answers reads
/// under leases from every other member, and a grantor keeps its promise before it acknowledges an epoch that deposes a reader.
/// Who sends entries to whom, and so where they are committed, is the <see cref="Topology" />: primary-backup or a chain.
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
    private readonly FirstMember _first;
    private readonly Feeder _feeder;
    private readonly Follower _follower;
    private readonly MembershipDesk _membership;
    private readonly PositionDesk _positions;
    private Configuration? _submitted;
    private long _gaveUpSent;
    private long _standingSent;
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
        _feeder = new Feeder(_state);
        _follower = new Follower(_state);
        _first = new FirstMember(_state, _feeder);
        _membership = new MembershipDesk(_state, _feeder);
        _positions = new PositionDesk(_state);
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
    public bool HasMinInSync => _state.HasMinInSync;

    /// <summary>
    /// Whether linearizable reads may be answered here, as far as this replica is concerned and its leases hold: it is a reader, every member
    /// holds the epoch's start entry, and what precedes that is applied, or never will be for want of members.
    /// </summary>
    public bool IsReading =>
        _state.Place.IsReader
        && !_state.GaveUp
        && (!_state.Rules.ServesOnlySettled || (_state.IsSettled && (!HasMinInSync || _state.Log.Applied + 1 >= _state.Start)));

    /// <summary>Whether it serves or follows in an epoch that is settled, all that it knows of is committed and stable here, and everybody whom it feeds has said that he knows.</summary>
    public bool IsQuiet =>
        _state.Phase is ReplicaPhase.Serving or ReplicaPhase.Following
        && _state.IsSettled
        && _state.Proposed is null
        && _state.Committed == _state.Log.Last.Sequence
        && _state.Configuration!.Learners.IsEmpty
        && _feeder.HasToldAll;

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
    /// Until when what is read here may be answered: this is a reader, and every other member's lease holds until then. 0 where
    /// this replica is no reader or its epoch is not settled.
    /// </summary>
    /// <remarks>
    /// The value is read first and this is compared with the clock afterwards, so that a lease that ran out meanwhile is seen. A
    /// host that publishes it to other threads publishes it before it sends the messages of the same <see cref="Ready" />.
    /// </remarks>
    public long ReadableUntil
    {
        get
        {
            if (!IsReading)
            {
                return 0;
            }

            var until = long.MaxValue;
            foreach (var member in _state.Configuration!.Members)
            {
                until = member == _state.Self ? until : Math.Min(until, _state.Leases.Until(member));
            }

            if (_state.Counting.Learner != NodeId.None && _state.Rules.LearnerCountsForLeases)
            {
                until = Math.Min(until, _state.Leases.Until(_state.Counting.Learner));
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
        _membership.NotSubmitted(epoch);
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
            _first.Tick();
        }

        if (_state.Phase == ReplicaPhase.Following && _door.IsOpen)
        {
            _follower.Tick();
        }

        _feeder.Tick();
        _positions.Tick();
        TellFirst();
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

    /// <summary>Asks the first member, where this is it, to have the partition replicated in another mode; nothing happens otherwise, or where it is.</summary>
    /// <remarks>Members and learners stay as they are; the partition goes on in the next epoch.</remarks>
    /// <param name="mode">The mode.</param>
    public void AskMode(ReplicationMode mode) => _membership.AskMode(mode);

    /// <summary>Has the reader asked, after this call, how far the log is committed.</summary>
    /// <param name="now">The time.</param>
    /// <returns>The number of the question; once <see cref="PositionKnown" /> has reached it, the state here is at least as new as this call.</returns>
    public ulong AskPosition(long now)
    {
        _state.Now = now;
        return _positions.Ask();
    }

    /// <summary>The number of the newest question to the reader whose answer is applied here.</summary>
    public ulong PositionKnown => _positions.Known;

    /// <summary>When the newest question was sent whose answer is applied here: the state has all that was acknowledged before. 0 for never.</summary>
    public long CurrentAt => _positions.CurrentAt;

    /// <summary>Whether <see cref="TakeReady" /> has more to say, now that the host has applied what was committed.</summary>
    public bool OwesWordOfApplied => _follower.OwesWordOfApplied;

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
            && configuration.IsReader(reader)
            && _state.Place.IsListed
            && !_state.GaveUp;
        if (isGranted)
        {
            _state.Promises.Make(reader, now + _state.Options.Promise, _state.Rules.RemembersAllPromises);
        }

        return isGranted;
    }

    /// <summary>Takes a granted lease.</summary>
    /// <param name="grantor">Who granted it.</param>
    /// <param name="epoch">For which epoch.</param>
    /// <param name="askedAt">When it was asked for; the lease counts from then.</param>
    /// <param name="now">When the grant was received.</param>
    public void LeaseGranted(NodeId grantor, Epoch epoch, long askedAt, long now)
    {
        if (epoch == _state.Epoch && _state.Place.IsReader)
        {
            _state.Leases.Granted(grantor, _state.Rules.LeaseBegins(askedAt, now) + _state.Options.Lease);
        }
    }

    /// <summary>Strikes out promises to a node that shuts down in order and has said that it reads no more.</summary>
    /// <param name="reader">The node.</param>
    public void LeaseReturned(NodeId reader) => _state.Promises.Return(reader);

    /// <summary>The last entry that those who are fed here may have been sent, as far as it was not held back from them.</summary>
    public ulong Fed { get; private set; }

    /// <summary>Works off what the inputs allow, and says what the host has to do.</summary>
    /// <param name="holdsBack">
    /// Whether the first member sends nobody entries that it was given since a call in which this was false. They go with the next such call, which the host sees to; of all else, nothing waits for it.
    /// </param>
    public Ready TakeReady(bool holdsBack = false)
    {
        _state.FeedsThrough = holdsBack && IsServing ? Fed : ulong.MaxValue;
        OpenDoor();
        if (_state.Phase >= ReplicaPhase.Opening)
        {
            _first.Advance();
        }

        Settle();
        _feeder.Advance();
        _positions.Advance();
        if (_state.Phase == ReplicaPhase.Following)
        {
            _follower.Advance(_feeder.Counted());
        }

        _membership.Advance();
        if (_state.FeedsThrough == ulong.MaxValue)
        {
            Fed = _state.Log.Last.Sequence;
        }

        var proposal = _state.Proposed;
        var isNew = proposal is not null && !ReferenceEquals(proposal, _submitted);
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
}
