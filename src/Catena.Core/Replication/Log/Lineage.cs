using System.Collections.Immutable;
using Catena.Core.Primitives;

namespace Catena.Core.Replication.Log;

/// <summary>What follows from the lineages of logs.</summary>
public static class Lineage
{
    /// <summary>How many of the newest steps travel in a message; logs that part before them need a snapshot.</summary>
    public const int MaxSteps = 256;

    /// <summary>The newest steps of a lineage.</summary>
    public static ImmutableArray<EpochStart> Newest(IReadOnlyList<EpochStart> lineage)
    {
        var skipped = Math.Max(0, lineage.Count - MaxSteps);
        return [.. lineage.Skip(skipped)];
    }

    /// <summary>The epoch of the entry at <paramref name="sequence" />; none where the lineage does not reach back so far.</summary>
    public static Epoch EpochAt(IReadOnlyList<EpochStart> lineage, ulong sequence)
    {
        for (var index = lineage.Count - 1; index >= 0; index--)
        {
            if (lineage[index].FirstSequence <= sequence)
            {
                return lineage[index].Epoch;
            }
        }

        return Epoch.None;
    }

    /// <summary>The last entry that two logs have in common.</summary>
    /// <remarks>
    /// Entries of one epoch come from one first member, so two logs that both hold entries of an epoch agree up to the shorter
    /// one's end of it. The newest epoch in both decides.
    /// </remarks>
    /// <returns>The position, or <see cref="Lsn.Zero" /> where nothing shows that the logs have anything in common.</returns>
    public static Lsn CommonPoint(IReadOnlyList<EpochStart> left, Lsn leftLast, IReadOnlyList<EpochStart> right, Lsn rightLast)
    {
        var leftIndex = left.Count - 1;
        var rightIndex = right.Count - 1;
        while (leftIndex >= 0 && rightIndex >= 0)
        {
            var order = left[leftIndex].Epoch.CompareTo(right[rightIndex].Epoch);
            if (order > 0)
            {
                leftIndex--;
            }
            else if (order < 0)
            {
                rightIndex--;
            }
            else
            {
                var end = Math.Min(End(left, leftIndex, leftLast), End(right, rightIndex, rightLast));
                return new Lsn(left[leftIndex].Epoch, end);
            }
        }

        return Lsn.Zero;
    }

    private static ulong End(IReadOnlyList<EpochStart> lineage, int index, Lsn last) =>
        index + 1 < lineage.Count ? lineage[index + 1].FirstSequence - 1 : last.Sequence;
}
