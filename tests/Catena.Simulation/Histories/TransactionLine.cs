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
        if (EdnReader.IsBlank(line))
        {
            return null;
        }

        var map = EdnReader.Read(line);
        if (map.Kind != EdnKind.Map)
        {
            throw new HistoryFormatException($"a line is to be a map, not {map}");
        }

        var process = Required(map, ":process");
        if (process is { Kind: EdnKind.Keyword, Text: ":nemesis" })
        {
            return null;
        }

        if (Required(map, ":f") is not { Kind: EdnKind.Keyword, Text: ":txn" })
        {
            throw new HistoryFormatException($":f is to be :txn, not {map.Find(":f")}");
        }

        var number = process.Integer(":process");
        return new TransactionEvent(
            KindOf(Required(map, ":type")),
            number is >= 0 and <= int.MaxValue ? (int)number : throw new HistoryFormatException($":process is out of range: {number}"),
            [.. Required(map, ":value").Sequence(":value").Select(ReadStep)],
            Required(map, ":time").Integer(":time"),
            map.Find(":index")?.Integer(":index"));
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

        var key = ReadKey(parts[1]);
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

    private static string ReadKey(EdnValue key) => key.Kind switch
    {
        EdnKind.Integer => key.Number.ToString(CultureInfo.InvariantCulture),
        EdnKind.Text => key.Text,
        _ => throw new HistoryFormatException($"a key is an integer or a text, not {key}"),
    };

    private static EdnValue Required(EdnValue map, string name) =>
        map.Find(name) ?? throw new HistoryFormatException($"{name} is missing");

    private static string NameOf(TransactionEventKind kind) => kind switch
    {
        TransactionEventKind.Invoke => ":invoke",
        TransactionEventKind.Ok => ":ok",
        TransactionEventKind.Fail => ":fail",
        _ => ":info",
    };

    private static TransactionEventKind KindOf(EdnValue value) => (value.Kind, value.Text) switch
    {
        (EdnKind.Keyword, ":invoke") => TransactionEventKind.Invoke,
        (EdnKind.Keyword, ":ok") => TransactionEventKind.Ok,
        (EdnKind.Keyword, ":fail") => TransactionEventKind.Fail,
        (EdnKind.Keyword, ":info") => TransactionEventKind.Info,
        _ => throw new HistoryFormatException($"no such :type: {value}"),
    };
}
