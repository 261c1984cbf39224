using Catena.Core.Primitives;

namespace Catena.Core.Replication.Messages;

/// <summary>The answer to <see cref="PositionAsk" />, given under the reader's leases.</summary>
/// <param name="Epoch">The reader's epoch.</param>
/// <param name="Number">The number of the question.</param>
/// <param name="Through">The sequence up to which the reader has applied the log: whoever has as much is as new as the question.</param>
/// <param name="Incarnation">The asker's life.</param>
public sealed record PositionTold(Epoch Epoch, ulong Number, ulong Through, ulong Incarnation) : ReplicaMessage(Epoch);
