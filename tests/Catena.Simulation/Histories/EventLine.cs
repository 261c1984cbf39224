using System.Globalization;

namespace Catena.Simulation.Histories;

/// <summary>What all lines of histories of transactions have, whatever the transactions do: the map, and its fields but for the value.</summary>
internal static class EventLine
{
    /// <summary>The map that a line is; null if it tells of no transaction: an empty line, a comment, or what the nemesis did.</summary>
    /// <exception cref="HistoryFormatException">The line makes no sense.</exception>
    public static EdnValue? Read(string line)
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

        return Required(map, ":process") is { Kind: EdnKind.Keyword, Text: ":nemesis" } ? null : map;
    }

    /// <summary>The value of a field.</summary>
    /// <exception cref="HistoryFormatException">There is none.</exception>
    public static EdnValue Required(EdnValue map, string name) =>
        map.Find(name) ?? throw new HistoryFormatException($"{name} is missing");

    /// <summary>Whether it is a call, or which end.</summary>
    /// <exception cref="HistoryFormatException">It is neither.</exception>
    public static TransactionEventKind Kind(EdnValue map)
    {
        var value = Required(map, ":type");
        return (value.Kind, value.Text) switch
        {
            (EdnKind.Keyword, ":invoke") => TransactionEventKind.Invoke,
            (EdnKind.Keyword, ":ok") => TransactionEventKind.Ok,
            (EdnKind.Keyword, ":fail") => TransactionEventKind.Fail,
            (EdnKind.Keyword, ":info") => TransactionEventKind.Info,
            _ => throw new HistoryFormatException($"no such :type: {value}"),
        };
    }

    /// <summary>Whose transaction it is.</summary>
    /// <exception cref="HistoryFormatException">The field is missing, or is no such number.</exception>
    public static int Process(EdnValue map)
    {
        var number = Required(map, ":process").Integer(":process");
        return number is >= 0 and <= int.MaxValue ? (int)number : throw new HistoryFormatException($":process is out of range: {number}");
    }

    /// <summary>When it was.</summary>
    /// <exception cref="HistoryFormatException">The field is missing, or is no number.</exception>
    public static long Time(EdnValue map) => Required(map, ":time").Integer(":time");

    /// <summary>The number of the line; null where it tells none.</summary>
    /// <exception cref="HistoryFormatException">It is no number.</exception>
    public static long? Index(EdnValue map) => map.Find(":index")?.Integer(":index");

    /// <summary>A key, as a text.</summary>
    /// <exception cref="HistoryFormatException">It is neither an integer nor a text.</exception>
    public static string Key(EdnValue key) => key.Kind switch
    {
        EdnKind.Integer => key.Number.ToString(CultureInfo.InvariantCulture),
        EdnKind.Text => key.Text,
        _ => throw new HistoryFormatException($"a key is an integer or a text, not {key}"),
    };
}
