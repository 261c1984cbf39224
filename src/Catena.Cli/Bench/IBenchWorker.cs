namespace Catena.Cli.Bench;

/// <summary>One thread of a load with its connection.</summary>
internal interface IBenchWorker
{
    /// <summary>What was counted so far.</summary>
    BenchCounts Counts { get; }

    /// <summary>Puts load on the nodes.</summary>
    /// <param name="until">Until when, by <see cref="BenchClock.Now" />.</param>
    /// <param name="stop">Asks to stop before.</param>
    void Run(long until, CancellationToken stop);
}
