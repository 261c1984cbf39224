namespace Catena.Simulation.Timelines;

/// <summary>Something that lasts: a role, a state of a node, a fault.</summary>
/// <param name="Node">Whom it concerns; 0 for everybody.</param>
/// <param name="Partition">The partition; -1 for none.</param>
/// <param name="From">When it begins, in nanoseconds.</param>
/// <param name="Name">What it is.</param>
/// <param name="Detail">More for whoever points at it.</param>
internal sealed record TimelineSpan(ulong Node, int Partition, long From, string Name, string Detail)
{
    /// <summary>When it ends.</summary>
    internal long To { get; set; } = long.MaxValue;
}
