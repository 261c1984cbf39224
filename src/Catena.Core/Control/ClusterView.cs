using System.Collections.Immutable;

namespace Catena.Core.Control;

/// <summary>Everything the controller decides by: one snapshot of what the coordinator holds, and the time.</summary>
/// <remarks>
/// Times are milliseconds of one clock of the host's choice that never runs backwards; the controller only subtracts them.
/// Parts of the snapshot may be of slightly different moments: each action carries the version it was decided on, so one that was decided
/// on something old fails at its compare-and-set and is decided anew.
/// </remarks>
public sealed record ClusterView
{
    /// <summary>The cluster's settings.</summary>
    public required ClusterSettings Settings { get; init; }

    /// <summary>The version of the znode that holds the settings.</summary>
    public required int SettingsZnodeVersion { get; init; }

    /// <summary>
    /// Whether the settings say that every partition has been created. From then on a missing partition is a damaged tree and
    /// never created again.
    /// </summary>
    public required bool IsCreated { get; init; }

    /// <summary>Whether the host has read all of it in its present session and is connected; if not, nothing is decided.</summary>
    public required bool IsComplete { get; init; }

    /// <summary>The time now.</summary>
    public required long NowMillis { get; init; }

    /// <summary>
    /// When this controller took office. A node that is away counts as lost from then at the earliest, so that a controller that
    /// has just been elected, or a cluster that is just coming up, does not copy what is about to return.
    /// </summary>
    public required long InOfficeSinceMillis { get; init; }

    /// <summary>The nodes that are alive, in any order.</summary>
    public required ImmutableArray<LiveNode> Live { get; init; }

    /// <summary>The nodes that are registered, in any order.</summary>
    public required ImmutableArray<NodeRegistration> Registrations { get; init; }

    /// <summary>The partitions that exist, in any order.</summary>
    public required ImmutableArray<PartitionView> Partitions { get; init; }
}
