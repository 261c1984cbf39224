using System.Text;

namespace Catena.Server.Metrics;

/// <summary>One metric with all its series.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Help">What it says, in one line.</param>
/// <param name="Type"><c>counter</c>, <c>gauge</c> or <c>histogram</c>.</param>
internal sealed record MetricFamily(string Name, string Help, string Type)
{
    private readonly Dictionary<string, Metric> _series = new(StringComparer.Ordinal);

    /// <summary>Adds a series.</summary>
    /// <param name="series">The series; its labels are its own.</param>
    /// <exception cref="InvalidOperationException">There is one with the same labels.</exception>
    public void Add(Metric series)
    {
        if (!_series.TryAdd(series.Labels, series))
        {
            throw new InvalidOperationException($"The metric '{Name}' has a series {{{series.Labels}}} already.");
        }
    }

    /// <summary>Prints the metric.</summary>
    /// <param name="output">Where to.</param>
    public void Write(StringBuilder output)
    {
        PrometheusText.Head(output, Name, Help, Type);
        foreach (var series in _series.Values)
        {
            series.Write(output, Name);
        }
    }
}
