namespace Catena.Core.Control;

/// <summary>How soon silence becomes suspicion; all times in nanoseconds.</summary>
public sealed record FailureDetectorSettings
{
    private const long Millisecond = 1_000_000;

    /// <summary>The settings of a cluster that says nothing else.</summary>
    public static FailureDetectorSettings Default { get; } = new();

    /// <summary>How often the peer sends beacons; taken as the mean until there are samples. 100 ms by default.</summary>
    public long BeaconIntervalNanos { get; init; } = 100 * Millisecond;

    /// <summary>
    /// The suspicion level from which the peer is suspected; 8 by default. At level φ a suspicion is wrong with a
    /// chance of about 10^−φ, if beacons keep coming as they came.
    /// </summary>
    public double Threshold { get; init; } = 8;

    /// <summary>The shortest silence that is suspected, however regular the beacons were; 400 ms by default.</summary>
    public long MinSilenceNanos { get; init; } = 400 * Millisecond;

    /// <summary>The longest silence that is not suspected, however irregular the beacons were; 3 s by default.</summary>
    public long MaxSilenceNanos { get; init; } = 3000 * Millisecond;

    /// <summary>
    /// The least standard deviation that is reckoned with, so that very regular beacons do not make it trigger-happy; 40 ms by default.
    /// </summary>
    public long MinDeviationNanos { get; init; } = 40 * Millisecond;

    /// <summary>How many of the last intervals are kept; 128 by default.</summary>
    public int WindowSize { get; init; } = 128;

    /// <summary>From how many intervals on their mean and deviation are used; 8 by default.</summary>
    public int MinSamples { get; init; } = 8;

    /// <summary>How often the observer itself looks; 50 ms by default.</summary>
    public long TickIntervalNanos { get; init; } = 50 * Millisecond;

    /// <summary>How long the observer may go without looking before it counts as having been paused; 200 ms by default.</summary>
    public long PauseNanos { get; init; } = 200 * Millisecond;

    /// <summary>How often in a row, without a beacon between, a pause of the observer starts the silence anew; 3 by default.</summary>
    public int MaxExcuses { get; init; } = 3;

    /// <summary>
    /// For how long a peer must be heard without a suspicion before it counts as steady; 1 s by default, doubled by each flap.
    /// </summary>
    public long SteadyNanos { get; init; } = 1000 * Millisecond;

    /// <summary>After how long a steady time one flap is forgotten; 60 s by default.</summary>
    public long FlapMemoryNanos { get; init; } = 60_000 * Millisecond;

    /// <summary>How many doublings flaps can bring about at most; 6 by default.</summary>
    public int MaxFlaps { get; init; } = 6;

    /// <summary>Refuses settings that no detector can work by.</summary>
    /// <exception cref="ArgumentException">A setting is out of range; the message names it.</exception>
    public void Validate()
    {
        Require(BeaconIntervalNanos > 0, "The beacon interval must be positive.");
        Require(Threshold is > 0 and <= 300, "The threshold of suspicion must be positive and at most 300.");
        Require(MinSilenceNanos >= BeaconIntervalNanos, "The shortest silence that is suspected must not be under the beacon interval.");
        Require(MaxSilenceNanos >= MinSilenceNanos, "The longest silence must not be under the shortest.");
        Require(MaxSilenceNanos <= long.MaxValue / 1024, "The longest silence is too long to reckon with.");
        Require(MinDeviationNanos > 0, "The least deviation must be positive.");
        Require(WindowSize is >= 2 and <= 65_536, "The window must hold from 2 to 65536 intervals.");
        Require(MinSamples >= 2 && MinSamples <= WindowSize, "The least number of intervals must be from 2 to the window's size.");
        Require(TickIntervalNanos > 0 && PauseNanos > TickIntervalNanos, "A pause must be longer than the tick, which must be positive.");
        Require(MaxExcuses >= 0, "The number of excused pauses must not be negative.");
        Require(SteadyNanos >= 0 && SteadyNanos <= long.MaxValue / 1024, "The steady time is negative or too long to reckon with.");
        Require(FlapMemoryNanos > 0, "The memory of flaps must be positive.");
        Require(MaxFlaps is >= 0 and <= 9, "The number of flaps reckoned with must be from 0 to 9.");
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new ArgumentException(otherwise);
        }
    }
}
