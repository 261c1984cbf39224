using System.Net;
using System.Text.Json;
using Catena.Simulation.Histories;
using Catena.Simulation.Timelines;

namespace Catena.Simulation.Running;

/// <summary>Writes a timeline as one page that needs nothing else: markup, style, script and data.</summary>
/// <remarks>The page is well-formed XML as well, so that tools can read it. Times in the data are microseconds.</remarks>
public static class TimelinePage
{
    /// <summary>About how many messages a page shows; of more, every so many-th of a kind.</summary>
    public const int MostMessages = 12_000;

    /// <summary>Before a violation every message is shown for this long, in nanoseconds.</summary>
    private const long Close = 500_000_000;

    /// <summary>Writes the page.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="timeline">What happened.</param>
    /// <param name="result">How it ended.</param>
    /// <param name="command">The command that repeats it.</param>
    public static void Write(TextWriter target, Timeline timeline, SimulationResult result, string command)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(timeline);
        ArgumentNullException.ThrowIfNull(result);
        using var stream = typeof(TimelinePage).Assembly.GetManifestResourceStream("timeline.html")!;
        using var reader = new StreamReader(stream);
        var title = FormattableString.Invariant($"seed {result.Seed}: {(result.Violations.Count > 0 ? result.Violations[0].Rule : "no violation")}");
        target.Write(reader.ReadToEnd()
            .Replace("{{title}}", WebUtility.HtmlEncode(title), StringComparison.Ordinal)
            .Replace("{{command}}", WebUtility.HtmlEncode(command), StringComparison.Ordinal)
            .Replace("{{violation}}", WebUtility.HtmlEncode(Clean(string.Join('\n', result.Violations))), StringComparison.Ordinal)
            .Replace("{{data}}", Data(timeline, result), StringComparison.Ordinal));
    }

    private static string Data(Timeline timeline, SimulationResult result)
    {
        var end = result.SimulatedTime;
        var clients = result.History.Select(operation => operation.Client).Distinct().Order();
        var kinds = timeline.Transfers.Select(transfer => transfer.Kind).Distinct().Order(StringComparer.Ordinal).ToList();
        var shown = Sample(timeline.Transfers, result.Violations.Count > 0 ? end - Close : long.MaxValue);
        var partitions = timeline.Roles.Select(role => role.Partition).Append(-1).Max() + 1;
        // The standard encoder leaves no '<' and no '&', so that the data can neither end the script nor break the markup.
        return JsonSerializer.Serialize(new
        {
            end = Micro(end),
            partitions,
            kinds,
            messagesInAll = timeline.Transfers.Count,
            nodes = timeline.Nodes.Select(node => node.Value),
            clients,
            messages = shown.Select(transfer => new object[]
            {
                transfer.From, transfer.To, Micro(transfer.Sent), Micro(transfer.Received), kinds.IndexOf(transfer.Kind), transfer.Partition, Clean(transfer.Message.ToString() ?? ""),
            }),
            roles = timeline.Roles.Select(role => new object[] { role.Node, role.Partition, Micro(role.From), Micro(Math.Min(role.To, end)), role.Name, role.Detail }),
            states = timeline.States.Select(state => new object[] { state.Node, Micro(state.From), Micro(Math.Min(state.To, end)), state.Name }),
            faults = timeline.Faults.Select(fault => new object[] { fault.Node, Micro(fault.From), Micro(Math.Min(fault.To, end)), fault.Name }),
            marks = timeline.Marks.Select(mark => new object[] { mark.Node, Micro(mark.At), Clean(mark.Text) }),
            operations = result.History.Select(operation => new object[]
            {
                operation.Client, Micro(operation.Call), Micro(Math.Min(operation.Return, end)), operation.Outcome.ToString(), TextOf(operation),
            }),
            violations = result.Violations.Select(violation => new object[] { Micro(Math.Min(violation.At, end)), violation.Rule, Clean(violation.Detail) }),
        });
    }

    /// <summary>Every so many-th message of each kind, so that rare kinds are shown whole; and all of those after a moment.</summary>
    private static List<TimelineTransfer> Sample(IReadOnlyList<TimelineTransfer> all, long wholeFrom)
    {
        var counts = all.GroupBy(transfer => transfer.Kind, StringComparer.Ordinal).ToDictionary(kind => kind.Key, kind => kind.Count(), StringComparer.Ordinal);
        var quota = MostMessages;
        var kindsLeft = counts.Count;
        var strides = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (kind, count) in counts.OrderBy(kind => kind.Value).ThenBy(kind => kind.Key, StringComparer.Ordinal))
        {
            var share = Math.Max(1, quota / kindsLeft--);
            strides[kind] = (count + share - 1) / share;
            quota -= Math.Min(quota, count / strides[kind]);
        }

        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        return [.. all.Where(transfer =>
        {
            var number = seen.GetValueOrDefault(transfer.Kind);
            seen[transfer.Kind] = number + 1;
            return number % strides[transfer.Kind] == 0 || transfer.Received >= wholeFrom;
        })];
    }

    private static string TextOf(HistoryOperation operation) =>
        Clean($"{operation.Key}: {operation.Command} -> {(operation.Outcome == Outcome.Ok ? operation.Result?.ToString() : operation.Outcome.ToString())}");

    /// <summary>Text without characters that XML has no place for.</summary>
    private static string Clean(string text) => string.Concat(text.Select(letter => char.IsControl(letter) && letter != '\n' ? ' ' : letter));

    private static double Micro(long nanoseconds) => nanoseconds / 1_000.0;
}
