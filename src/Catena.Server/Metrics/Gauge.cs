using System.Text;

namespace Catena.Server.Metrics;

/// <summary>A number that goes up and down: set by its owner, or asked for when it is printed. Thread-safe and without locks.</summary>
internal sealed class Gauge : Metric
{
    private readonly Func<double>? _read;
    private double _value;

    /// <summary>A gauge at zero.</summary>
    /// <param name="labels">What tells it apart from the metric's other series.</param>
    /// <param name="read">What is asked when it is printed; null where the owner sets it.</param>
    public Gauge(IReadOnlyList<MetricLabel> labels, Func<double>? read)
        : base(labels)
    {
        _read = read;
    }

    /// <summary>The present value.</summary>
    public double Value => _read?.Invoke() ?? Volatile.Read(ref _value);

    /// <summary>Sets the value.</summary>
    /// <param name="value">The new value.</param>
    public void Set(double value) => Volatile.Write(ref _value, value);

    /// <inheritdoc />
    public override void Write(StringBuilder output, string name) =>
        PrometheusText.Line(output, name, Labels, PrometheusText.Number(Value));
}
