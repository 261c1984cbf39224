using System.Text;

namespace Catena.Protocols.Resp.Commands;

/// <summary>The options of GETEX after the key: nothing, a new expiry time, or PERSIST.</summary>
/// <remarks>The number of the time is looked at only once the key is found: for an absent one the answer is null whatever it is.</remarks>
/// <param name="Persists">PERSIST: the expiry time is removed.</param>
/// <param name="Expiry">The new expiry time, if one was given; with neither, GETEX is GET.</param>
/// <param name="TimeError">The error to answer where the key is found; null where the time is good.</param>
public readonly record struct GetExOptions(bool Persists, ExpireTime? Expiry, byte[]? TimeError)
{
    /// <summary>Reads the options of a request that has a key.</summary>
    /// <param name="request">The request.</param>
    /// <param name="options">The options.</param>
    /// <param name="error">The error to answer, if the result is false.</param>
    public static bool TryParse(RespRequest request, out GetExOptions options, out ReadOnlySpan<byte> error)
    {
        var persists = false;
        ExpireUnit? unit = null;
        var timeIndex = 0;
        options = default;
        error = RespErrors.Syntax;
        for (var i = 2; i < request.Count; i++)
        {
            var word = request[i];
            if (Ascii.EqualsIgnoreCase(word, "PERSIST"u8) && unit is null)
            {
                persists = true;
            }
            else if (!persists && i + 1 < request.Count && ExpireWord.TryParse(word, out var given) && (unit ?? given) == given)
            {
                unit = given;
                timeIndex = ++i;
            }
            else
            {
                return false;
            }
        }

        error = default;
        ExpireTime? expiry = null;
        if (unit is { } parsed)
        {
            var command = RedisCommandTable.Get(RedisCommandId.GetEx);
            if (!ExpireTime.TryParsePositive(request[timeIndex], parsed, command, out var time, out var timeError))
            {
                options = new GetExOptions(persists, null, timeError.ToArray());
                return true;
            }

            expiry = time;
        }

        options = new GetExOptions(persists, expiry, null);
        return true;
    }
}
