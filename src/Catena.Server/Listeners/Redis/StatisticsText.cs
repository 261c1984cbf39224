using System.Diagnostics;
using System.Globalization;
using System.Text;
using Catena.Protocols.Resp.Commands;

namespace Catena.Server.Listeners.Redis;

/// <summary>Writes INFO's sections of figures about commands and errors.</summary>
internal static class StatisticsText
{
    /// <summary>Writes what was counted of each command that was used.</summary>
    /// <param name="text">Where to.</param>
    /// <param name="listener">Who counted.</param>
    public static void WriteCommands(StringBuilder text, RedisListener listener)
    {
        foreach (var command in RedisCommandTable.All)
        {
            var figures = listener.Statistics.Of(command.Id);
            if (figures.Calls == 0 && figures.Rejected == 0)
            {
                continue;
            }

            var microseconds = figures.Ticks * 1e6 / Stopwatch.Frequency;
            text.Append(
                CultureInfo.InvariantCulture,
                $"cmdstat_{command.Name}:calls={figures.Calls},usec={(long)microseconds},usec_per_call={microseconds / Math.Max(figures.Calls, 1):F2},");
            text.Append(CultureInfo.InvariantCulture, $"rejected_calls={figures.Rejected},failed_calls={figures.Failed}\r\n");
        }
    }

    /// <summary>Writes how many errors there were of each code.</summary>
    /// <param name="text">Where to.</param>
    /// <param name="listener">Who counted.</param>
    public static void WriteErrors(StringBuilder text, RedisListener listener)
    {
        foreach (var (code, count) in listener.Statistics.Errors())
        {
            text.Append(CultureInfo.InvariantCulture, $"errorstat_{Encoding.UTF8.GetString(code)}:count={count}\r\n");
        }
    }
}
