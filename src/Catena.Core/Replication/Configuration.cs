using System.Collections.Immutable;
using Catena.Core.Primitives;

namespace Catena.Core.Replication;

/// <summary>Who replicates one partition, and in which order, during one epoch.</summary>
/// <remarks>
/// Kept in one znode a partition and changed only by compare-and-set, each change adding one to the epoch, or more where the first
/// member was asked for an epoch of at least some number. The members of a
/// configuration are a subset of the members before it and of learners that had caught up, and its first member is an old
/// member; so every member of the newest configuration holds every committed entry (PacificA, section 2.3). Two configurations
/// of one partition with the same epoch are the same one.
/// </remarks>
public sealed record Configuration
{
    /// <summary>The number of this configuration.</summary>
    public required Epoch Epoch { get; init; }

    /// <summary>Who sends to whom.</summary>
    public required ReplicationMode Mode { get; init; }

    /// <summary>The replicas whose acknowledgement a write needs; the first is the primary, or the head. Never empty.</summary>
    public required ImmutableArray<NodeId> Members { get; init; }

    /// <summary>The replicas that receive and do not count yet.</summary>
    public ImmutableArray<NodeId> Learners { get; init; } = [];

    /// <summary>
    /// How many times an operator has recovered the partition with possible loss of acknowledged writes; clients see it, so that
    /// a version from before is not mistaken for one from after.
    /// </summary>
    public uint Generation { get; init; }

    /// <summary>The newest epoch whose members were at least min-in-sync; what an operator's recovery goes by.</summary>
    public Epoch InSyncEpoch { get; init; }

    /// <summary>The members of <see cref="InSyncEpoch" />.</summary>
    public ImmutableArray<NodeId> InSyncMembers { get; init; } = [];

    /// <summary>The leap by which a proposal reaches its epoch; null where the epoch is one more than the one before.</summary>
    /// <remarks>
    /// Only of the proposal that makes it: it is neither stored nor sent nor compared, and counts for nothing in a configuration that was made
    /// from this one and has another epoch.
    /// </remarks>
    public EpochLeap? Leap { get; init; }

    /// <summary>The epoch of the configuration over which this one may be written, and over no other.</summary>
    public Epoch Follows => Leap is { } leap && leap.To == Epoch ? leap.From : new Epoch(Epoch.Value == 0 ? 0 : Epoch.Value - 1);

    /// <summary>The member that proposes entries: the primary, or the head.</summary>
    public NodeId First => Members[0];

    /// <summary>The member where entries are committed and linearizable reads are answered: the primary, or the tail.</summary>
    public NodeId Reader => Topology.ReaderOf(this);

    /// <summary>Who sends to whom.</summary>
    public Topology Topology => Topology.Of(Mode);

    /// <summary>Whether <paramref name="node" /> is a member.</summary>
    public bool HasMember(NodeId node) => Members.Contains(node);

    /// <summary>Whether <paramref name="node" /> is a learner.</summary>
    public bool HasLearner(NodeId node) => Learners.Contains(node);

    /// <summary>Whether <paramref name="node" /> is a member or a learner.</summary>
    public bool Lists(NodeId node) => HasMember(node) || HasLearner(node);

    /// <summary>Whether <paramref name="node" /> answers linearizable reads: the reader, or any member where reads are apportioned.</summary>
    public bool IsReader(NodeId node) => node == Reader || (Mode == ReplicationMode.ApportionedChain && HasMember(node));

    /// <inheritdoc />
    public bool Equals(Configuration? other) =>
        other is not null
        && Epoch == other.Epoch
        && Mode == other.Mode
        && Generation == other.Generation
        && InSyncEpoch == other.InSyncEpoch
        && Members.AsSpan().SequenceEqual(other.Members.AsSpan())
        && Learners.AsSpan().SequenceEqual(other.Learners.AsSpan())
        && InSyncMembers.AsSpan().SequenceEqual(other.InSyncMembers.AsSpan());

    /// <inheritdoc />
    public override int GetHashCode() => Epoch.Value.GetHashCode();

    /// <summary>Prints epoch, mode, members and learners, as in <c>epoch 4 primary-backup [a b c] learners [d]</c>.</summary>
    public override string ToString() =>
        $"epoch {Epoch} {ReplicationModes.NameOf(Mode)} [{string.Join(' ', Members)}]"
        + (Learners.IsEmpty ? "" : $" learners [{string.Join(' ', Learners)}]");
}
