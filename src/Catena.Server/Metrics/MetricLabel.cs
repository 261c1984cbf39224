namespace Catena.Server.Metrics;

/// <summary>One name and value that tell the series of a metric apart.</summary>
/// <param name="Name">The name: letters, digits and underscores.</param>
/// <param name="Value">Any text.</param>
internal readonly record struct MetricLabel(string Name, string Value);
