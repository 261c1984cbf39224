namespace Catena.Core.Control;

/// <summary>The last intervals between a peer's beacons, and how unlikely a silence is by them.</summary>
internal sealed class ArrivalWindow
{
    private readonly FailureDetectorSettings _settings;
    private readonly long[] _intervals;
    private int _count;
    private int _next;

    /// <summary>A window that has seen nothing yet.</summary>
    public ArrivalWindow(FailureDetectorSettings settings)
    {
        _settings = settings;
        _intervals = new long[settings.WindowSize];
        (Mean, Deviation) = (settings.BeaconIntervalNanos, Math.Max(settings.MinDeviationNanos, settings.BeaconIntervalNanos / 2.0));
    }

    /// <summary>The mean interval in nanoseconds.</summary>
    public double Mean { get; private set; }

    /// <summary>The intervals' standard deviation in nanoseconds; never under the least one of the settings.</summary>
    public double Deviation { get; private set; }

    /// <summary>
    /// Takes one interval in. Short ones, as of beacons that had piled up, count as half the beacon interval; long ones as the
    /// longest silence.
    /// </summary>
    public void Add(long intervalNanos)
    {
        var least = Math.Min(_settings.BeaconIntervalNanos / 2, _settings.MaxSilenceNanos);
        _intervals[_next] = Math.Clamp(intervalNanos, least, _settings.MaxSilenceNanos);
        _next = (_next + 1) % _intervals.Length;
        _count = Math.Min(_count + 1, _intervals.Length);
        if (_count < _settings.MinSamples)
        {
            return;
        }

        // Summed afresh each time: a running sum of doubles would drift, and a window is a few hundred nanoseconds' work.
        var sum = 0.0;
        foreach (var interval in _intervals.AsSpan(0, _count))
        {
            sum += interval;
        }

        Mean = sum / _count;
        var squares = 0.0;
        foreach (var interval in _intervals.AsSpan(0, _count))
        {
            squares += (interval - Mean) * (interval - Mean);
        }

        Deviation = Math.Max(_settings.MinDeviationNanos, Math.Sqrt(squares / _count));
    }

    /// <summary>
    /// φ = −log10 P(the next beacon comes later than after this silence), for normally distributed intervals (Hayashibara and
    /// others, 2004, section 4.2). The tail of the normal distribution is approximated by a logistic function, kept in logarithms
    /// so that it never overflows.
    /// </summary>
    public double Level(long silenceNanos)
    {
        var y = (silenceNanos - Mean) / Deviation;
        var exponent = y * (1.5976 + (0.070566 * y * y));
        var logOfOdds = exponent / Math.Log(10);
        return exponent > 0
            ? logOfOdds + Math.Log10(1 + Math.Exp(-exponent))
            : Math.Log10(1 + Math.Exp(exponent));
    }
}
