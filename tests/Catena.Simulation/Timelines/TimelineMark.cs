namespace Catena.Simulation.Timelines;

/// <summary>Something that happens at one moment.</summary>
/// <param name="Node">Whom it concerns; 0 for the coordinator.</param>
/// <param name="At">When, in nanoseconds.</param>
/// <param name="Text">What it is.</param>
internal sealed record TimelineMark(ulong Node, long At, string Text);
