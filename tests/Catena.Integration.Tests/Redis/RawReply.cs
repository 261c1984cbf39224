using System.Globalization;
using System.Text;

namespace Catena.Integration.Tests.Redis;

/// <summary>One reply as it came: its first line, the bytes of a string, the elements of an aggregate.</summary>
/// <param name="Head">The first line, without its end.</param>
/// <param name="Body">The bytes of a string with its length before it; null for everything else.</param>
/// <param name="Items">The elements of an aggregate; a map's keys and values in turn.</param>
internal sealed record RawReply(string Head, byte[]? Body, IReadOnlyList<RawReply> Items)
{
    /// <summary>What stands for a connection that the other side has closed.</summary>
    internal static RawReply Closed { get; } = new("(closed)", null, []);

    /// <summary>What stands for a reply that does not come in time.</summary>
    internal static RawReply Nothing { get; } = new("(nothing)", null, []);

    private bool IsMap => Head.StartsWith('%');

    /// <summary>The reply's bytes, escaped, so that equal texts are equal bytes.</summary>
    internal string Text()
    {
        var text = new StringBuilder();
        AppendTo(text);
        return text.ToString();
    }

    /// <summary>The same reply with the elements of every aggregate in a fixed order.</summary>
    /// <param name="arrayStep">How many elements of an array stay together: 2 where RESP2 flattens a map.</param>
    internal RawReply Sorted(int arrayStep)
    {
        if (Items.Count == 0)
        {
            return this;
        }

        var groups = Items.Select(item => item.Sorted(arrayStep)).Chunk(IsMap ? 2 : arrayStep);
        return this with { Items = [.. groups.OrderBy(group => string.Concat(group.Select(item => item.Text())), StringComparer.Ordinal).SelectMany(group => group)] };
    }

    /// <summary>Whether two replies are equal but for integers that are nearly so.</summary>
    /// <param name="other">The other reply.</param>
    /// <param name="tolerance">How far integers may be apart.</param>
    internal bool IsNear(RawReply other, long tolerance) =>
        Items.Count == other.Items.Count
        && Items.Zip(other.Items).All(pair => pair.First.IsNear(pair.Second, tolerance))
        && (Head == other.Head || (TryNumber(Head, out var left) && TryNumber(other.Head, out var right) && Math.Abs(left - right) <= tolerance))
        && (Body is null ? other.Body is null : other.Body is not null && Body.AsSpan().SequenceEqual(other.Body));

    private static bool TryNumber(string head, out long value)
    {
        value = 0;
        return head.StartsWith(':') && long.TryParse(head.AsSpan(1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    }

    private void AppendTo(StringBuilder text)
    {
        text.Append(Escape(Head)).Append("\\r\\n");
        if (Body is not null)
        {
            text.Append(Escape(Encoding.Latin1.GetString(Body))).Append("\\r\\n");
        }

        foreach (var item in Items)
        {
            item.AppendTo(text);
        }
    }

    private static string Escape(string latin1)
    {
        var text = new StringBuilder(latin1.Length);
        foreach (var one in latin1)
        {
            text.Append(one switch
            {
                '\\' => "\\\\",
                '\r' => "\\r",
                '\n' => "\\n",
                < ' ' or > '~' => $"\\x{(int)one:x2}",
                _ => one.ToString(),
            });
        }

        return text.ToString();
    }
}
