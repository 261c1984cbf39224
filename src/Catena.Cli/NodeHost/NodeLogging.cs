using Microsoft.Extensions.Logging;

namespace Catena.Cli.NodeHost;

/// <summary>Where and how a node logs.</summary>
/// <param name="File">The file; null for the terminal only.</param>
/// <param name="Level">How grave an event must be.</param>
/// <param name="AsJson">Whether a line is JSON.</param>
internal sealed record NodeLogging(string? File, LogLevel Level, bool AsJson);
