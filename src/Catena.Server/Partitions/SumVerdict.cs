using System.Collections.Immutable;
using Catena.Core.Primitives;

namespace Catena.Server.Partitions;

/// <summary>What a comparison of members' states came to.</summary>
/// <param name="At">The position at which they were compared.</param>
/// <param name="Sum">What a majority's states sum up to there.</param>
/// <param name="Dissenters">Those whose states sum up to something else; all that differ, where there is no majority; none where all is well.</param>
/// <param name="IsOpen">Whether all have told and no majority agrees, so that nobody can say who is wrong.</param>
internal sealed record SumVerdict(Lsn At, ulong Sum, ImmutableArray<NodeId> Dissenters, bool IsOpen)
{
    /// <summary>Nothing is known to be wrong.</summary>
    internal static SumVerdict None { get; } = new(Lsn.Zero, 0, [], IsOpen: false);
}
