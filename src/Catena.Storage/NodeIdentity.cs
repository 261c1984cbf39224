using Catena.Core.Primitives;

namespace Catena.Storage;

/// <summary>Whose data a directory holds.</summary>
/// <param name="Cluster">The cluster's UUID: what a wiped or exchanged coordinator is told by.</param>
/// <param name="Node">The node, for as long as this directory lives.</param>
public readonly record struct NodeIdentity(Guid Cluster, NodeId Node)
{
    /// <summary>The version of everything that this program writes to the directory.</summary>
    public const uint FormatVersion = 1;
}
