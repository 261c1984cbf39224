using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Server.Coordination;

namespace Catena.Simulation.Control;

/// <summary>A proposal of which the outcome is sought.</summary>
/// <param name="partition">The partition.</param>
/// <param name="next">What is proposed.</param>
internal sealed class Proposal(PartitionId partition, Configuration next)
{
    internal PartitionId Partition => partition;

    internal Configuration Next => next;

    /// <summary>What came of the latest attempt.</summary>
    internal ConfigurationWriteOutcome Outcome { get; set; }

    /// <summary>The configuration that stands, where the outcome says that one does.</summary>
    internal Configuration? Newest { get; set; }

    /// <summary>Whether the write itself is under way.</summary>
    internal bool IsWriting { get; set; }

    /// <summary>Whether an earlier attempt may have reached the coordinator.</summary>
    internal bool MayHaveReached { get; set; }
}
