using System.Collections.Immutable;
using Catena.Core.Primitives;

namespace Catena.Core.Replication.Messages;

/// <summary>What states sum up to, to find replicas that have come apart: told to the first member now and then, and by it to whoever differs from a majority.</summary>
/// <remarks>The replica itself has no part in it: its host compares.</remarks>
/// <param name="Epoch">The sender's epoch.</param>
/// <param name="IsVerdict">Whether these are a majority's, from which the receiver's differ; otherwise they are the sender's own.</param>
/// <param name="Sums">The sums.</param>
public sealed record StateSums(Epoch Epoch, bool IsVerdict, ImmutableArray<StateSum> Sums) : ReplicaMessage(Epoch);
