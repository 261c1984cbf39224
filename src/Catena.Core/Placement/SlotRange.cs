namespace Catena.Core.Placement;

/// <summary>The contiguous slots that one partition holds.</summary>
/// <param name="First">The lowest slot.</param>
/// <param name="Last">The highest slot, included; never under <paramref name="First" />.</param>
public readonly record struct SlotRange(HashSlot First, HashSlot Last)
{
    /// <summary>How many slots the range holds; at least 1.</summary>
    public int Count => Last.Value - First.Value + 1;

    /// <summary>Whether <paramref name="slot" /> lies in the range.</summary>
    public bool Contains(HashSlot slot) => slot >= First && slot <= Last;

    /// <summary>Prints both ends, as in <c>256-511</c>: the form of CLUSTER NODES in the Redis protocol.</summary>
    public override string ToString() => $"{First}-{Last}";
}
