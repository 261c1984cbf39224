using Catena.Core.Primitives;

namespace Catena.Core.Replication.Log;

/// <summary>One step of a log's lineage: the epoch of its entries from a sequence number on.</summary>
/// <remarks>
/// Two logs that agree on the epoch of an entry agree on everything up to it; so lineages are what logs are compared and cut by,
/// never local watermarks (Kafka KIP-101 and KIP-279).
/// </remarks>
/// <param name="Epoch">The epoch.</param>
/// <param name="FirstSequence">The sequence number of its first entry in this log.</param>
public readonly record struct EpochStart(Epoch Epoch, ulong FirstSequence);
