using Microsoft.Extensions.Logging;

namespace Catena.Cli.Logging;

/// <summary>One line that waits to be written.</summary>
/// <param name="Level">How grave it is.</param>
/// <param name="Text">The line with all there is to say, and its end.</param>
/// <param name="Brief">The same for a terminal whose reader can look the rest up in the file; with its end.</param>
internal readonly record struct LogLine(LogLevel Level, string Text, string Brief);
