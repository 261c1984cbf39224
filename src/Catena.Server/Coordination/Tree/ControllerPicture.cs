using System.Collections.Immutable;
using Catena.Core.Control;
using Catena.Server.Coordination.Documents;

namespace Catena.Server.Coordination.Tree;

/// <summary>What the controller goes by, as it was last read.</summary>
/// <param name="Settings">The settings.</param>
/// <param name="SettingsVersion">The version of their znode.</param>
/// <param name="SeatPath">The controller's own place in the election, which is the lowest.</param>
/// <param name="Live">The nodes that run.</param>
/// <param name="Registrations">The registrations; without the time when a node was last seen, which nobody stores.</param>
/// <param name="Partitions">The configurations that the tree holds.</param>
internal sealed record ControllerPicture(
    SettingsDocument Settings,
    int SettingsVersion,
    string SeatPath,
    ImmutableArray<LiveNode> Live,
    ImmutableArray<NodeRegistration> Registrations,
    ImmutableArray<PartitionView> Partitions);
