using System.Collections.Immutable;
using Catena.Core.Primitives;

namespace Catena.Core.Replication.Messages;

/// <summary>The first member of a new configuration asks for the acknowledgement of its epoch, and tells the configuration.</summary>
/// <param name="Configuration">The new configuration.</param>
/// <param name="Released">
/// Who has acknowledged this epoch already: a promise to one of them no longer stands in the way of the receiver's own
/// acknowledgement, since it answers no reads in an older epoch.
/// </param>
public sealed record EpochOpen(Configuration Configuration, ImmutableArray<NodeId> Released) : ReplicaMessage(Configuration.Epoch);
