using System.Globalization;
using System.Text;

namespace Catena.Server.Metrics;

/// <summary>How many observations fell under which bounds, and their sum. Thread-safe and without locks.</summary>
/// <remarks>
/// A reader beside writers may see an observation in the sum and not yet in its bucket; the count printed is always that of the
/// buckets.
/// </remarks>
internal sealed class Histogram : Metric
{
    private readonly double[] _bounds;
    private readonly long[] _counts;
    private long _sumBits;

    /// <summary>A histogram without observations.</summary>
    /// <param name="labels">What tells it apart from the metric's other series.</param>
    /// <param name="bounds">The upper bounds of its buckets, ascending; one without a bound follows them.</param>
    /// <exception cref="ArgumentException">The bounds do not ascend.</exception>
    public Histogram(IReadOnlyList<MetricLabel> labels, IReadOnlyList<double> bounds)
        : base(labels)
    {
        _bounds = [.. bounds];
        _counts = new long[_bounds.Length + 1];
        for (var i = 1; i < _bounds.Length; i++)
        {
            if (_bounds[i] <= _bounds[i - 1])
            {
                throw new ArgumentException("The bounds of a histogram must ascend.", nameof(bounds));
            }
        }
    }

    /// <summary>Bounds for times in seconds, from 50 microseconds to 10 seconds.</summary>
    public static IReadOnlyList<double> Seconds { get; } =
        [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    /// <summary>How many observations there were.</summary>
    public long Count
    {
        get
        {
            var count = 0L;
            for (var i = 0; i < _counts.Length; i++)
            {
                count += Interlocked.Read(ref _counts[i]);
            }

            return count;
        }
    }

    /// <summary>The sum of all observations.</summary>
    public double Sum => BitConverter.Int64BitsToDouble(Volatile.Read(ref _sumBits));

    /// <summary>Adds an observation; one equal to a bound falls under it.</summary>
    /// <param name="value">What was observed.</param>
    public void Observe(double value)
    {
        var bucket = 0;
        while (bucket < _bounds.Length && value > _bounds[bucket])
        {
            bucket++;
        }

        Interlocked.Increment(ref _counts[bucket]);
        long seen;
        long next;
        do
        {
            seen = Volatile.Read(ref _sumBits);
            next = BitConverter.DoubleToInt64Bits(BitConverter.Int64BitsToDouble(seen) + value);
        }
        while (Interlocked.CompareExchange(ref _sumBits, next, seen) != seen);
    }

    /// <inheritdoc />
    public override void Write(StringBuilder output, string name)
    {
        var separator = Labels.Length > 0 ? "," : "";
        var count = 0L;
        for (var i = 0; i < _counts.Length; i++)
        {
            count += Interlocked.Read(ref _counts[i]);
            var bound = i < _bounds.Length ? PrometheusText.Number(_bounds[i]) : "+Inf";
            PrometheusText.Line(
                output, name + "_bucket", $"{Labels}{separator}le=\"{bound}\"", count.ToString(CultureInfo.InvariantCulture));
        }

        PrometheusText.Line(output, name + "_sum", Labels, PrometheusText.Number(Sum));
        PrometheusText.Line(output, name + "_count", Labels, count.ToString(CultureInfo.InvariantCulture));
    }
}
