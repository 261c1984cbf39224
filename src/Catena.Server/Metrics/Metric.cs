using System.Text;

namespace Catena.Server.Metrics;

/// <summary>One series of a metric: something that can print its present value.</summary>
internal abstract class Metric
{
    /// <summary>A series with the given labels.</summary>
    /// <param name="labels">What tells it apart from the metric's other series.</param>
    protected Metric(IReadOnlyList<MetricLabel> labels) => Labels = PrometheusText.Labels(labels);

    /// <summary>The labels as printed, without braces.</summary>
    public string Labels { get; }

    /// <summary>Prints the series' lines.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="name">The metric's name.</param>
    public abstract void Write(StringBuilder output, string name);
}
