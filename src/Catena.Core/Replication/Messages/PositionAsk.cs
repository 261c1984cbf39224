using Catena.Core.Primitives;

namespace Catena.Core.Replication.Messages;

/// <summary>A replica asks the reader how far the log is committed (CRAQ's version query, of all keys at once).</summary>
/// <param name="Epoch">The asker's epoch.</param>
/// <param name="Number">The number of the question in the asker's life.</param>
/// <param name="Incarnation">The asker's life.</param>
public sealed record PositionAsk(Epoch Epoch, ulong Number, ulong Incarnation) : ReplicaMessage(Epoch);
