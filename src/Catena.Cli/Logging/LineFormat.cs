using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Catena.Cli.Logging;

/// <summary>How a log event becomes a line of text.</summary>
internal static class LineFormat
{
    /// <summary>
    /// Time in UTC, level, category with event id, message; an exception follows on lines of its own, indented, so that a line that begins with a
    /// time is always a new event.
    /// </summary>
    public static string Text(DateTime time, LogLevel level, string category, int eventId, string message, Exception? exception)
    {
        var text = new StringBuilder(128);
        text.Append(CultureInfo.InvariantCulture, $"{time:yyyy-MM-dd'T'HH:mm:ss.fff'Z'} {Word(level)} {category}[{eventId}] {message}\n");
        if (exception is not null)
        {
            foreach (var line in exception.ToString().Split('\n'))
            {
                text.Append("    ").Append(line.TrimEnd('\r')).Append('\n');
            }
        }

        return text.ToString();
    }

    /// <summary>Level and message, and of an exception only its message.</summary>
    public static string Brief(LogLevel level, string message, Exception? exception) =>
        $"{Word(level)} {message}{(exception is null ? "" : $": {exception.Message}")}\n";

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info ",
        LogLevel.Warning => "warn ",
        LogLevel.Error => "error",
        _ => "fatal",
    };
}
