namespace Catena.Cli.Bench.Report;

/// <summary>How a load goes.</summary>
/// <param name="IsLoading">Whether keys are still being written for the first time.</param>
/// <param name="Elapsed">How long the present part has lasted.</param>
/// <param name="Share">How much of it is done, from 0 to 1.</param>
/// <param name="Completed">Operations of it that ended well.</param>
/// <param name="Failed">Operations of it that were refused.</param>
/// <param name="Latest">The last stretch of time that is over; nothing while loading, and before the first is over.</param>
internal readonly record struct BenchProgress(bool IsLoading, TimeSpan Elapsed, double Share, long Completed, long Failed, TimelinePoint Latest = default);
