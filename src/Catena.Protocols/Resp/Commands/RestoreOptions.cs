using System.Text;

namespace Catena.Protocols.Resp.Commands;

/// <summary>The options of RESTORE after key, time and payload. IDLETIME and FREQ are checked and then forgotten: nothing is evicted.</summary>
/// <param name="Replaces">REPLACE: a value that stands there already is replaced.</param>
/// <param name="IsAbsolute">ABSTTL: the time is a point in Unix time.</param>
public readonly record struct RestoreOptions(bool Replaces, bool IsAbsolute)
{
    /// <summary>Reads the options of a request that has the three arguments before them.</summary>
    /// <param name="request">The request.</param>
    /// <param name="options">The options.</param>
    /// <param name="error">The error to answer, if the result is false.</param>
    public static bool TryParse(RespRequest request, out RestoreOptions options, out ReadOnlySpan<byte> error)
    {
        options = default;
        error = default;
        var (hasIdle, hasFrequency) = (false, false);
        for (var i = 4; i < request.Count; i++)
        {
            var hasMore = i + 1 < request.Count;
            if (Ascii.EqualsIgnoreCase(request[i], "REPLACE"u8))
            {
                options = options with { Replaces = true };
            }
            else if (Ascii.EqualsIgnoreCase(request[i], "ABSTTL"u8))
            {
                options = options with { IsAbsolute = true };
            }
            else if (hasMore && !hasFrequency && Ascii.EqualsIgnoreCase(request[i], "IDLETIME"u8))
            {
                hasIdle = TryParseNumber(request[++i], long.MaxValue, RespErrors.InvalidIdleTime, out error);
            }
            else if (hasMore && !hasIdle && Ascii.EqualsIgnoreCase(request[i], "FREQ"u8))
            {
                hasFrequency = TryParseNumber(request[++i], byte.MaxValue, RespErrors.InvalidFrequency, out error);
            }
            else
            {
                error = RespErrors.Syntax;
            }

            if (!error.IsEmpty)
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryParseNumber(ReadOnlySpan<byte> text, long most, ReadOnlySpan<byte> outOfRange, out ReadOnlySpan<byte> error)
    {
        error = !RedisInteger.TryParse(text, out var number) ? RespErrors.NotAnInteger
            : number < 0 || number > most ? outOfRange
            : default;
        return error.IsEmpty;
    }
}
