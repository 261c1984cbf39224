namespace Catena.Cli.Bench;

/// <summary>What happened in one stretch of a load's time.</summary>
/// <param name="Second">When the stretch begins, in seconds since the load's beginning.</param>
/// <param name="Seconds">How long it is.</param>
/// <param name="Count">How many operations ended well in it.</param>
/// <param name="P50">Their median duration, in nanoseconds, at most 12.5 % above the truth.</param>
/// <param name="P99">What 99 in a hundred did not exceed, likewise.</param>
/// <param name="P999">What 999 in a thousand did not exceed, likewise.</param>
/// <param name="Longest">The longest, exactly.</param>
internal readonly record struct TimelinePoint(int Second, int Seconds, long Count, long P50, long P99, long P999, long Longest);
