using System.Collections.Immutable;
using Catena.Core.Primitives;
using Catena.Core.Replication.Flow;
using Catena.Core.Replication.Leases;
using Catena.Core.Replication.Log;
using Catena.Core.Replication.Messages;

namespace Catena.Core.Replication;

/// <summary>What the parts of one replica share: where it stands, what time it is, and what is to go out.</summary>
internal sealed class ReplicaState(ReplicaOptions options, IReplicaLog log, IPeerHealth health, PromiseBook promises)
{
    private readonly Queue<(long Position, Lsn Last)> _unstable = new();
    private ulong _durable;
    private Configuration? _configuration;

    internal ReplicaOptions Options => options;

    internal IReplicaLog Log => log;

    internal IPeerHealth Health => health;

    internal PromiseBook Promises => promises;

    internal NodeId Self => options.Self;

    internal ReplicaRules Rules => options.Rules;

    internal LeaseHolder Leases { get; } = new();

    /// <summary>Who has said in this epoch that its copy is lost, or has a log that cannot be continued.</summary>
    internal HashSet<NodeId> Unfit { get; } = [];

    internal Configuration? Configuration
    {
        get => _configuration;
        set
        {
            _configuration = value;
            Place = value is null ? Place.Nowhere : new Place(value, Self);
        }
    }

    /// <summary>Where this replica stands in <see cref="Configuration" />.</summary>
    internal Place Place { get; private set; } = Place.Nowhere;

    /// <summary>The highest epoch learnt of.</summary>
    internal Epoch Epoch { get; set; }

    /// <summary>The entry that begins the present epoch in this log; zero where the log has no entry of it.</summary>
    internal ulong Start => log.Last.Epoch == Epoch && Epoch != Epoch.None ? log.Lineage[^1].FirstSequence : 0;

    /// <summary>The learner that counts as a member.</summary>
    internal Counting Counting { get; set; }

    /// <summary>The configuration that this replica has proposed and whose outcome is open.</summary>
    internal Configuration? Proposed { get; set; }

    /// <summary>Whether every member of this epoch is known to hold its start entry.</summary>
    internal bool IsSettled { get; set; }

    /// <summary>Where in the journal the record of <see cref="Epoch" /> becomes stable.</summary>
    internal long RecordPosition { get; set; }

    internal long StablePosition { get; private set; }

    internal bool EpochIsDurable => RecordPosition <= StablePosition;

    internal ReplicaPhase Phase { get; private set; }

    internal long Now { get; set; }

    /// <summary>The last entry that may be sent to others for the first time.</summary>
    internal ulong FeedsThrough { get; set; } = ulong.MaxValue;

    /// <summary>The log is stable up to here. Never above the last entry.</summary>
    internal ulong Durable
    {
        get => options.Rules.CountsAsStable(_durable, log.Last.Sequence);
        private set => _durable = value;
    }

    /// <summary>The log is known to be committed up to here. Never above <see cref="Durable" />, never goes back.</summary>
    internal ulong Committed { get; private set; }

    /// <summary>This log is known to be the first member's up to here; only where it is fed.</summary>
    internal ulong Verified { get; set; }

    /// <summary>The log is stable up to here at all members before this one.</summary>
    internal ulong Before { get; set; }

    /// <summary>The log is stable up to here at all who count behind this one.</summary>
    internal ulong Behind { get; set; }

    /// <summary>Up to where others have said that the log is committed.</summary>
    internal ulong Told { get; set; }

    /// <summary>What is stable here of the log that the first member has in this epoch.</summary>
    internal ulong Own => Phase >= ReplicaPhase.Opening ? Durable : Math.Min(Verified, Durable);

    /// <summary>The log is stable up to here at this replica and all behind it.</summary>
    internal ulong AllThrough => Rules.AcknowledgesFor(Own, Behind);

    /// <summary>The log is stable up to here at this replica and all before it: what it passes on.</summary>
    internal ulong Passed => Rules.PassesOn(Own, Before);

    /// <summary>The log is stable up to here at everybody who counts, as far as is known here.</summary>
    internal ulong Reached => Math.Min(AllThrough, Before);

    /// <summary>Whether entries may be missing at the end of the log; such a replica neither leads nor shrinks a configuration.</summary>
    internal bool IsSuspect { get; set; }

    /// <summary>Whether nobody else was a member when the log became suspect, so that nobody else can have more of it.</summary>
    internal bool WasAlone { get; set; }

    /// <summary>Whether the log is suspect and no other member is left that could show what it lacks: such a replica does not lead.</summary>
    internal bool LacksWitness => IsSuspect && !WasAlone && Configuration is { Members.Length: 1 };

    internal bool GaveUp { get; set; }

    /// <summary>Whether there are members enough for writes to commit.</summary>
    internal bool HasMinInSync => Configuration is { } configuration && configuration.Members.Length >= options.MinInSync;

    internal bool WantsLease { get; set; }

    internal List<Envelope> Messages { get; } = [];

    internal List<ReplicaEvent> Events { get; } = [];

    internal ImmutableArray<EpochStart> NewestLineage => Lineage.Newest(log.Lineage);

    /// <summary>Takes over what is stable and committed when the replica starts.</summary>
    internal void Restore(ulong durable, ulong committed)
    {
        Durable = durable;
        Committed = committed;
    }

    internal void Send(NodeId to, ReplicaMessage message) => Messages.Add(new Envelope(Self, to, options.Partition, message));

    internal void Report(ReplicaEventKind kind, string detail) => Events.Add(new ReplicaEvent(kind, Epoch, detail));

    internal void Enter(ReplicaPhase phase)
    {
        if (Phase != phase)
        {
            Report(ReplicaEventKind.PhaseChanged, $"{Phase} -> {phase}");
            Phase = phase;
        }
    }

    /// <summary>Whether the acknowledgement of a replica that is fed here is needed for commits.</summary>
    internal bool Counts(NodeId node) => Configuration!.HasMember(node)
        ? Rules.DroppedCountsUntilConfirmed || Proposed is not { } next || next.HasMember(node)
        : node == Counting.Learner && Rules.LearnerCountsForCommits;

    /// <summary>Forgets what was known of others in an earlier epoch.</summary>
    internal void BeginEpoch()
    {
        Verified = 0;
        Before = Place.Feeder == NodeId.None ? ulong.MaxValue : 0;
        Behind = 0;
        Told = 0;
        Counting = default;
        IsSettled = false;
        Unfit.Clear();
    }

    /// <summary>Notes that everything appended so far is stable once the journal is stable up to <paramref name="position" />.</summary>
    internal void Appended(long position) => _unstable.Enqueue((position, log.Last));

    /// <summary>Removes what follows <paramref name="lastKept" />; entries known to be committed are never removed.</summary>
    internal void Truncate(ulong lastKept)
    {
        Invariant.Holds(lastKept >= Committed, "a committed entry was about to be truncated");
        Report(ReplicaEventKind.Truncated, $"entries {lastKept + 1} to {log.Last.Sequence} of no configuration's committed log");
        var position = log.Truncate(lastKept);
        Invariant.Holds(position >= 0, "there was no space for a truncation");
        Durable = Math.Min(Durable, lastKept);
        Appended(position);
    }

    /// <summary>Notes that a snapshot has replaced the log: nothing of it counts until it is stable.</summary>
    internal void Installed(long position)
    {
        Durable = 0;
        Committed = 0;
        Verified = log.Base.Sequence;
        Told = Math.Max(Told, log.Base.Sequence);
        Appended(position);
    }

    /// <summary>Begins an empty copy: nothing of the one that was given up counts.</summary>
    internal void StartAnew()
    {
        GaveUp = false;
        Durable = 0;
        Committed = 0;
        log.StartAnew();
    }

    /// <summary>Ends the suspicion against this replica's own log: it has synced with the others.</summary>
    internal void TailIsProven()
    {
        if (IsSuspect)
        {
            IsSuspect = false;
            log.TailIsProven();
        }
    }

    /// <summary>Takes the word that the journal is stable; what was truncated meanwhile is not mistaken for what replaced it.</summary>
    internal void Stable(long position)
    {
        StablePosition = Math.Max(StablePosition, position);
        while (_unstable.TryPeek(out var head) && head.Position <= StablePosition)
        {
            _unstable.Dequeue();
            if (head.Last.Sequence <= log.Last.Sequence && EpochAt(head.Last.Sequence) == head.Last.Epoch)
            {
                Durable = Math.Max(Durable, head.Last.Sequence);
            }
        }

        // Only what is committed is ever applied; after a snapshot that may be all that is known, if the epoch changed meanwhile.
        Commit(log.Applied);
    }

    internal void Commit(ulong sequence)
    {
        var reached = Math.Min(sequence, Durable);
        if (reached > Committed)
        {
            Committed = reached;
        }
    }

    /// <summary>The epoch of an entry of the log, or of the position after which the log begins.</summary>
    internal Epoch EpochAt(ulong sequence) =>
        sequence == 0 ? Epoch.None : sequence == log.Base.Sequence ? log.Base.Epoch : Lineage.EpochAt(log.Lineage, sequence);

    internal Lsn LsnAt(ulong sequence) => new(EpochAt(sequence), sequence);
}
