using System.Text;

namespace Catena.Server.Metrics;

/// <summary>All figures of one node, for <c>/metrics</c>.</summary>
/// <remarks>Thread-safe. Registering takes a lock; counting does not.</remarks>
internal sealed class MetricsRegistry
{
    private readonly Lock _sync = new();
    private readonly SortedDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);

    /// <summary>Registers a counter.</summary>
    /// <param name="name">Begins with <c>catena_</c> and ends with <c>_total</c>.</param>
    /// <param name="help">What it says, in one line.</param>
    /// <param name="labels">What tells the series apart from others of the name.</param>
    /// <exception cref="InvalidOperationException">The series exists, or the name belongs to another type of metric.</exception>
    public Counter Counter(string name, string help, params IReadOnlyList<MetricLabel> labels) =>
        Add(name, help, "counter", new Counter(labels));

    /// <summary>Registers a gauge that its owner sets.</summary>
    /// <param name="name">Begins with <c>catena_</c>.</param>
    /// <param name="help">What it says, in one line.</param>
    /// <param name="labels">What tells the series apart from others of the name.</param>
    /// <exception cref="InvalidOperationException">The series exists, or the name belongs to another type of metric.</exception>
    public Gauge Gauge(string name, string help, params IReadOnlyList<MetricLabel> labels) =>
        Add(name, help, "gauge", new Gauge(labels, null));

    /// <summary>Registers a gauge that is read when it is printed.</summary>
    /// <param name="name">Begins with <c>catena_</c>.</param>
    /// <param name="help">What it says, in one line.</param>
    /// <param name="read">Tells the present value; called on any thread.</param>
    /// <param name="labels">What tells the series apart from others of the name.</param>
    /// <exception cref="InvalidOperationException">The series exists, or the name belongs to another type of metric.</exception>
    public Gauge Gauge(string name, string help, Func<double> read, params IReadOnlyList<MetricLabel> labels) =>
        Add(name, help, "gauge", new Gauge(labels, read));

    /// <summary>Registers a histogram.</summary>
    /// <param name="name">Begins with <c>catena_</c> and ends with its unit.</param>
    /// <param name="help">What it says, in one line.</param>
    /// <param name="bounds">The buckets' upper bounds, ascending.</param>
    /// <param name="labels">What tells the series apart from others of the name.</param>
    /// <exception cref="InvalidOperationException">The series exists, or the name belongs to another type of metric.</exception>
    public Histogram Histogram(string name, string help, IReadOnlyList<double> bounds, params IReadOnlyList<MetricLabel> labels) =>
        Add(name, help, "histogram", new Histogram(labels, bounds));

    /// <summary>Prints everything in the Prometheus text format.</summary>
    public string Print()
    {
        var output = new StringBuilder();
        lock (_sync)
        {
            foreach (var family in _families.Values)
            {
                family.Write(output);
            }
        }

        return output.ToString();
    }

    private T Add<T>(string name, string help, string type, T series)
        where T : Metric
    {
        lock (_sync)
        {
            if (!_families.TryGetValue(name, out var family))
            {
                family = new MetricFamily(name, help, type);
                _families.Add(name, family);
            }

            if (family.Type != type)
            {
                throw new InvalidOperationException($"The metric '{name}' is a {family.Type} already.");
            }

            family.Add(series);
            return series;
        }
    }
}
