using System.Globalization;

namespace Catena.Simulation.Histories;

/// <summary>A piece of EDN, the data notation of Clojure and so of Jepsen's histories.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">What a text says, or the word that a keyword, a symbol or a number is.</param>
/// <param name="Number">The value of an integer.</param>
/// <param name="Items">What a sequence or a map holds.</param>
internal sealed record EdnValue(EdnKind Kind, string Text, long Number, IReadOnlyList<EdnValue> Items)
{
    /// <summary>nil.</summary>
    public static EdnValue Nil { get; } = new(EdnKind.Nil, "nil", 0, []);

    /// <summary>The value that a map has for a keyword; null if it has none.</summary>
    public EdnValue? Find(string keyword)
    {
        for (var index = 0; index < Items.Count; index += 2)
        {
            if (Items[index].Kind == EdnKind.Keyword && string.Equals(Items[index].Text, keyword, StringComparison.Ordinal))
            {
                return Items[index + 1];
            }
        }

        return null;
    }

    /// <summary>The integer.</summary>
    /// <exception cref="HistoryFormatException">It is none.</exception>
    public long Integer(string name) =>
        Kind == EdnKind.Integer ? Number : throw new HistoryFormatException($"{name} is to be an integer, not {this}");

    /// <summary>What a sequence holds.</summary>
    /// <exception cref="HistoryFormatException">It is none.</exception>
    public IReadOnlyList<EdnValue> Sequence(string name) =>
        Kind == EdnKind.Sequence ? Items : throw new HistoryFormatException($"{name} is to be a vector, not {this}");

    /// <summary>A few words for messages.</summary>
    public override string ToString() => Kind switch
    {
        EdnKind.Sequence => "a vector",
        EdnKind.Map => "a map",
        EdnKind.Integer => Number.ToString(CultureInfo.InvariantCulture),
        EdnKind.Text => $"\"{Text}\"",
        _ => Text,
    };
}
