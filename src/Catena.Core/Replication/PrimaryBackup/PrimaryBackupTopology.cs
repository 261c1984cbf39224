using System.Collections.Immutable;
using Catena.Core.Primitives;

namespace Catena.Core.Replication.PrimaryBackup;

/// <summary>The first member, the primary, sends to all others at once, hears from all, and answers reads.</summary>
/// <remarks>After Alsberg and Day (1976) and PacificA (Lin, Yang, Zhang and Zhang, 2008).</remarks>
internal sealed class PrimaryBackupTopology : Topology
{
    internal static readonly PrimaryBackupTopology Instance = new();

    private PrimaryBackupTopology()
    {
    }

    /// <inheritdoc />
    public override bool CommitsAtTheEnd => false;

    /// <inheritdoc />
    public override NodeId FeederOf(Configuration configuration, NodeId node) =>
        node != configuration.First && configuration.Lists(node) ? configuration.First : NodeId.None;

    /// <inheritdoc />
    public override ImmutableArray<NodeId> FedBy(Configuration configuration, NodeId node) =>
        node == configuration.First ? [.. configuration.Members.AsSpan()[1..], .. configuration.Learners] : [];

    /// <inheritdoc />
    public override NodeId ReaderOf(Configuration configuration) => configuration.First;

    /// <inheritdoc />
    public override ImmutableArray<NodeId> ReadersOf(Configuration configuration) => [configuration.First];
}
