using System.Globalization;
using System.Text;

namespace Catena.Simulation.Histories;

/// <summary>Turns calls and ends of transactions into lines of EDN and back; the format is described in docs/histories.md.</summary>
public static class TransactionLine
{
    /// <summary>The line of one event, without its end of line.</summary>
    public static string Format(TransactionEvent line)
    {
        ArgumentNullException.ThrowIfNull(line);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{{:type {NameOf(line.Kind)}, :f :txn, :process {line.Process}, :value [");
        for (var index = 0; index < line.Operations.Count; index++)
        {
            text.Append(index > 0 ? " " : "");
            WriteStep(text, line.Operations[index]);
        }

        text.Append(CultureInfo.InvariantCulture, $"], :time {line.Time}");
        return text.Append(line.Index is { } number ? string.Create(CultureInfo.InvariantCulture, $", :index {number}}}") : "}").ToString();
    }

    /// <summary>Reads a line back; null if it tells of no transaction: an empty line, a comment, or what the nemesis did.</summary>
    /// <exception cref="HistoryFormatException">The line makes no sense.</exception>
    public static TransactionEvent? Parse(string line)
    {
        if (EventLine.Read(line) is not { } map)
        {
            return null;
        }

        if (EventLine.Required(map, ":f") is not { Kind: EdnKind.Keyword, Text: ":txn" })
        {
            throw new HistoryFormatException($":f is to be :txn, not {map.Find(":f")}");
        }

        return new TransactionEvent(
            EventLine.Kind(map),
            EventLine.Process(map),
            [.. EventLine.Required(map, ":value").Sequence(":value").Select(ReadStep)],
            EventLine.Time(map),
            EventLine.Index(map));
    }

    private static void WriteStep(StringBuilder text, MicroOperation step)
    {
        text.Append(step.Kind switch { MicroOperationKind.Append => "[:append ", MicroOperationKind.Write => "[:w ", _ => "[:r " });
        WriteKey(text, step.Key);
        text.Append(' ');
        if (step.List is { } list)
        {
            text.Append('[').AppendJoin(' ', list).Append(']');
        }
        else
        {
            text.Append(step.Value?.ToString(CultureInfo.InvariantCulture) ?? "nil");
        }

        text.Append(']');
    }

    private static void WriteKey(StringBuilder text, string key)
    {
        if (IsInteger(key))
        {
            text.Append(key);
            return;
        }

        text.Append('"');
        foreach (var symbol in key)
        {
            if (symbol is '"' or '\\')
            {
                text.Append('\\').Append(symbol);
            }
            else if (char.IsControl(symbol) || char.IsSurrogate(symbol) || symbol is '\u2028' or '\u2029')
            {
                text.Append(CultureInfo.InvariantCulture, $"\\u{(int)symbol:x4}");
            }
            else
            {
                text.Append(symbol);
            }
        }

        text.Append('"');
    }

    /// <summary>Whether a key is written as an integer: it is what an integer is printed as.</summary>
    private static bool IsInteger(string key) =>
        long.TryParse(key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
        && string.Equals(number.ToString(CultureInfo.InvariantCulture), key, StringComparison.Ordinal);

    private static MicroOperation ReadStep(EdnValue value)
    {
        var parts = value.Sequence("a step of a transaction");
        if (parts.Count != 3)
        {
            throw new HistoryFormatException($"a step is to be [what key value], and has {parts.Count} parts");
        }

        var key = EventLine.Key(parts[1]);
        return parts[0] switch
        {
            { Kind: EdnKind.Keyword, Text: ":append" } => MicroOperation.Append(key, parts[2].Integer("an appended value")),
            { Kind: EdnKind.Keyword, Text: ":w" } => MicroOperation.Write(key, parts[2].Integer("a written value")),
            { Kind: EdnKind.Keyword, Text: ":r" } => ReadRead(key, parts[2]),
            var what => throw new HistoryFormatException($"a step is :append, :w or :r, not {what}"),
        };
    }

    private static MicroOperation ReadRead(string key, EdnValue found) => found.Kind switch
    {
        EdnKind.Nil => MicroOperation.Read(key),
        EdnKind.Sequence => MicroOperation.ReadList(key, [.. found.Items.Select(item => item.Integer("a value of a list"))]),
        _ => MicroOperation.ReadValue(key, found.Integer("a value read")),
    };

    private static string NameOf(TransactionEventKind kind) => kind switch
    {
        TransactionEventKind.Invoke => ":invoke",
        TransactionEventKind.Ok => ":ok",
        TransactionEventKind.Fail => ":fail",
        _ => ":info",
    };
}
