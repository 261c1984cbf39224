using Catena.Core.Primitives;

namespace Catena.Core.Replication.Messages;

/// <summary>A new first member asks the member with the longest log for what its own lacks.</summary>
/// <param name="Epoch">The epoch being opened.</param>
/// <param name="After">The last entry that both logs hold; what follows it is wanted.</param>
public sealed record LogFetch(Epoch Epoch, Lsn After) : ReplicaMessage(Epoch);
