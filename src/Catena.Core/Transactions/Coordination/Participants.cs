using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Primitives;

namespace Catena.Core.Transactions.Coordination;

/// <summary>The partitions that take part in an attempt: what each has to do, who decides, and who may hold locks for it.</summary>
internal sealed class Participants
{
    /// <summary>What each partition has to do with it.</summary>
    internal SortedDictionary<PartitionId, TransactionShare> Shares { get; } = [];

    /// <summary>The partition whose log holds the decision.</summary>
    internal PartitionId Home { get; set; }

    /// <summary>The others that take part.</summary>
    internal PartitionId[] Others { get; set; } = [];

    /// <summary>Who may have prepared.</summary>
    internal HashSet<PartitionId> Holders { get; } = [];

    /// <summary>Counts a partition no more among those that may have prepared, where it certainly has not: it may be one that nobody can tell anything for hours.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="answer">What it answered to the first that it was asked to prepare.</param>
    internal void LetGo(PartitionId partition, in ResultReader answer)
    {
        if (answer.Kind != ResultKind.Error || answer.Error != ErrorCode.OutcomeUnknown)
        {
            Holders.Remove(partition);
        }
    }

    /// <summary>The end of the attempt for all who may have prepared.</summary>
    /// <param name="id">The attempt.</param>
    /// <param name="verdict">What was decided.</param>
    /// <param name="forgets">Whether the home partition may forget it then.</param>
    /// <param name="map">Which slots make which partition.</param>
    internal TransactionEnding EndFor(in TransactionId id, TransactionVerdict verdict, bool forgets, PartitionMap map) =>
        new(id, verdict, Home, verdict == TransactionVerdict.Committed ? Others : Holders, forgets, map);
}
