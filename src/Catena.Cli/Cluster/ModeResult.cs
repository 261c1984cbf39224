namespace Catena.Cli.Cluster;

/// <summary>What a change of the mode came to.</summary>
/// <param name="Partitions">How many partitions it was about.</param>
/// <param name="Changed">How many of them replicated in another mode before.</param>
internal readonly record struct ModeResult(int Partitions, int Changed);
