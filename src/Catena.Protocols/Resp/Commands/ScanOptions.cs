using System.Globalization;
using System.Text;

namespace Catena.Protocols.Resp.Commands;

/// <summary>The arguments of SCAN: the cursor, and MATCH, COUNT and TYPE.</summary>
public readonly ref struct ScanOptions
{
    /// <summary>How many keys one call looks at, unless COUNT says otherwise.</summary>
    public const long DefaultCount = 10;

    private ScanOptions(ulong cursor, long count, ReadOnlySpan<byte> pattern, bool hasPattern, ReadOnlySpan<byte> type, bool hasType)
    {
        Cursor = cursor;
        Count = count;
        Pattern = pattern;
        HasPattern = hasPattern;
        Type = type;
        HasType = hasType;
    }

    /// <summary>Where to go on; 0 at the start.</summary>
    public ulong Cursor { get; }

    /// <summary>About how many keys to look at; at least 1.</summary>
    public long Count { get; }

    /// <summary>The pattern that keys must match, if <see cref="HasPattern" />.</summary>
    public ReadOnlySpan<byte> Pattern { get; }

    /// <summary>Whether keys must match a pattern; not for the pattern <c>*</c>.</summary>
    public bool HasPattern { get; }

    /// <summary>The name of the type that values must have, if <see cref="HasType" />.</summary>
    public ReadOnlySpan<byte> Type { get; }

    /// <summary>Whether values must have a type.</summary>
    public bool HasType { get; }

    /// <summary>Whether a string, the one type of this store, is among what the scan asks for.</summary>
    public bool AcceptsStrings => !HasType || Ascii.EqualsIgnoreCase(Type, "string"u8);

    /// <summary>Reads the arguments of a request that has a cursor.</summary>
    /// <param name="request">The request; the options view its bytes.</param>
    /// <param name="options">The options.</param>
    /// <param name="error">The error to answer, if the result is false.</param>
    public static bool TryParse(RespRequest request, out ScanOptions options, out ReadOnlySpan<byte> error)
    {
        options = default;
        if (!TryParseCursor(request[1], out var cursor))
        {
            error = RespErrors.InvalidCursor;
            return false;
        }

        var count = DefaultCount;
        ReadOnlySpan<byte> pattern = default;
        ReadOnlySpan<byte> type = default;
        var hasPattern = false;
        var hasType = false;
        error = RespErrors.Syntax;
        for (var i = 2; i < request.Count; i += 2)
        {
            if (i + 1 == request.Count)
            {
                return false;
            }

            var word = request[i];
            var value = request[i + 1];
            if (Ascii.EqualsIgnoreCase(word, "COUNT"u8))
            {
                if (!RedisInteger.TryParse(value, out count))
                {
                    error = RespErrors.NotAnInteger;
                    return false;
                }

                if (count < 1)
                {
                    return false;
                }
            }
            else if (Ascii.EqualsIgnoreCase(word, "MATCH"u8))
            {
                pattern = value;
                hasPattern = !value.SequenceEqual("*"u8);
            }
            else if (Ascii.EqualsIgnoreCase(word, "TYPE"u8))
            {
                type = value;
                hasType = true;
            }
            else
            {
                return false;
            }
        }

        error = default;
        options = new ScanOptions(cursor, count, pattern, hasPattern, type, hasType);
        return true;
    }

    /// <summary>Reads a cursor as <c>strtoul</c> does: nothing at all is 0, and a minus turns the number round.</summary>
    private static bool TryParseCursor(ReadOnlySpan<byte> text, out ulong cursor)
    {
        cursor = 0;
        if (text.IsEmpty)
        {
            return true;
        }

        var digits = text[0] is (byte)'-' or (byte)'+' ? text[1..] : text;
        var isNumber = ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out cursor);
        cursor = text[0] == (byte)'-' ? unchecked(0 - cursor) : cursor;
        return isNumber;
    }
}
