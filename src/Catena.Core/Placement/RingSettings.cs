namespace Catena.Core.Placement;

/// <summary>How the ring trades evenness against movement; the same in the whole cluster.</summary>
public sealed record RingSettings
{
    /// <summary>The settings of a cluster that says nothing else.</summary>
    public static RingSettings Default { get; } = new();

    /// <summary>How many points an ordinary node has on the ring: the more, the nearer each node's arc is to its share.</summary>
    public int VirtualNodes { get; init; } = 128;

    /// <summary>
    /// How much more than its share a node may carry; 1.25 lets it carry a quarter more. Nearer to 1 is more even and moves
    /// more when nodes come and go; Mirrokni and others bound the moves by O(1/ε²) for a factor of 1 + ε.
    /// </summary>
    public double LoadFactor { get; init; } = 1.25;

    /// <summary>Refuses settings that no placement can be made by.</summary>
    /// <exception cref="ArgumentException">A setting is out of range; the message names it and the range.</exception>
    public void Validate()
    {
        if (VirtualNodes is < 1 or > 4096)
        {
            throw new ArgumentException($"The ring's virtual nodes must be from 1 to 4096, not {VirtualNodes}.");
        }

        if (!(LoadFactor is >= 1 and <= 16))
        {
            throw new ArgumentException($"The ring's load factor must be from 1 to 16, not {LoadFactor}.");
        }
    }
}
