using System.Globalization;
using System.Text;

namespace Catena.Server.Metrics;

/// <summary>A number that only grows. Thread-safe and without locks.</summary>
internal sealed class Counter : Metric
{
    private long _value;

    /// <summary>A counter at zero.</summary>
    /// <param name="labels">What tells it apart from the metric's other series.</param>
    public Counter(IReadOnlyList<MetricLabel> labels)
        : base(labels)
    {
    }

    /// <summary>The count so far.</summary>
    public long Value => Interlocked.Read(ref _value);

    /// <summary>Adds one.</summary>
    public void Increment() => Interlocked.Increment(ref _value);

    /// <summary>Adds a number that is not negative.</summary>
    /// <param name="count">What is added.</param>
    public void Add(long count)
    {
        if (count != 0)
        {
            Interlocked.Add(ref _value, count);
        }
    }

    /// <inheritdoc />
    public override void Write(StringBuilder output, string name) =>
        PrometheusText.Line(output, name, Labels, Value.ToString(CultureInfo.InvariantCulture));
}
