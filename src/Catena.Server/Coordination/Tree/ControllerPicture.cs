using System.Collections.Immutable;
using Catena.Core.Control;
using Catena.Core.Primitives;
using Catena.Server.Coordination.Documents;
using CoreView = Catena.Core.Control.ClusterView;

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
    ImmutableArray<PartitionView> Partitions)
{
    /// <summary>What the controller decides on.</summary>
    /// <param name="now">The time, in milliseconds of its own clock.</param>
    /// <param name="inOfficeSince">Since when it is the controller.</param>
    /// <param name="lastSeen">When it has last seen each node, which this brings up to date.</param>
    internal CoreView ViewAt(long now, long inOfficeSince, IDictionary<NodeId, long> lastSeen)
    {
        foreach (var live in Live)
        {
            lastSeen[live.Id] = now;
        }

        return new CoreView
        {
            Settings = DocumentCodec.ToSettings(Settings),
            SettingsZnodeVersion = SettingsVersion,
            IsCreated = Settings.Created,
            IsComplete = true,
            NowMillis = now,
            InOfficeSinceMillis = inOfficeSince,
            Live = Live,
            Registrations = [.. Registrations.Select(node => node with { LastSeenMillis = lastSeen.TryGetValue(node.Id, out var seen) ? seen : inOfficeSince })],
            Partitions = Partitions,
        };
    }
}
