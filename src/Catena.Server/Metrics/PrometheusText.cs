using System.Globalization;
using System.Text;

namespace Catena.Server.Metrics;

/// <summary>The Prometheus text format, version 0.0.4 (prometheus.io, "Exposition formats").</summary>
internal static class PrometheusText
{
    /// <summary>The media type.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Prints the two lines before a metric's series.</summary>
    public static void Head(StringBuilder output, string name, string help, string type)
    {
        var escaped = help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        output.Append("# HELP ").Append(name).Append(' ').Append(escaped).Append('\n');
        output.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
    }

    /// <summary>Prints one sample.</summary>
    public static void Line(StringBuilder output, string name, string labels, string value)
    {
        output.Append(name);
        if (labels.Length > 0)
        {
            output.Append('{').Append(labels).Append('}');
        }

        output.Append(' ').Append(value).Append('\n');
    }

    /// <summary>The printed form of labels, without braces.</summary>
    public static string Labels(IReadOnlyList<MetricLabel> labels) =>
        string.Join(',', labels.Select(label => $"{label.Name}=\"{Escape(label.Value)}\""));

    /// <summary>The printed form of a number.</summary>
    public static string Number(double value) => double.IsPositiveInfinity(value) ? "+Inf"
        : double.IsNegativeInfinity(value) ? "-Inf"
        : value.ToString("R", CultureInfo.InvariantCulture);

    private static string Escape(string value) => value
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal);
}
