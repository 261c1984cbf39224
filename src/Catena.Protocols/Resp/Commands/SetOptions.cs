using System.Text;

namespace Catena.Protocols.Resp.Commands;

/// <summary>The options of SET after key and value: NX or XX, GET, and one of EX, PX, EXAT, PXAT and KEEPTTL.</summary>
/// <param name="Condition">When the value is set.</param>
/// <param name="ReturnsOld">GET: the answer is the value before, or null, whether or not the new one was set.</param>
/// <param name="KeepsExpiry">KEEPTTL: the key's expiry time stays; otherwise a plain SET removes it.</param>
/// <param name="Expiry">The new expiry time, if one was given.</param>
public readonly record struct SetOptions(SetCondition Condition, bool ReturnsOld, bool KeepsExpiry, ExpireTime? Expiry)
{
    /// <summary>Reads the options of a request that has a key and a value.</summary>
    /// <remarks>
    /// As in Redis an option may be repeated, the last time counts, and options are checked before the number of the time.
    /// </remarks>
    /// <param name="request">The request.</param>
    /// <param name="options">The options.</param>
    /// <param name="error">The error to answer, if the result is false.</param>
    public static bool TryParse(RespRequest request, out SetOptions options, out ReadOnlySpan<byte> error)
    {
        var condition = SetCondition.None;
        var returnsOld = false;
        var keepsExpiry = false;
        ExpireUnit? unit = null;
        var timeIndex = 0;
        options = default;
        error = RespErrors.Syntax;
        for (var i = 3; i < request.Count; i++)
        {
            var word = request[i];
            if (Ascii.EqualsIgnoreCase(word, "NX"u8) && condition != SetCondition.WhenPresent)
            {
                condition = SetCondition.WhenAbsent;
            }
            else if (Ascii.EqualsIgnoreCase(word, "XX"u8) && condition != SetCondition.WhenAbsent)
            {
                condition = SetCondition.WhenPresent;
            }
            else if (Ascii.EqualsIgnoreCase(word, "GET"u8))
            {
                returnsOld = true;
            }
            else if (Ascii.EqualsIgnoreCase(word, "KEEPTTL"u8) && unit is null)
            {
                keepsExpiry = true;
            }
            else if (!keepsExpiry && i + 1 < request.Count && ExpireWord.TryParse(word, out var given) && (unit ?? given) == given)
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
            var command = RedisCommandTable.Get(RedisCommandId.Set);
            if (!ExpireTime.TryParsePositive(request[timeIndex], parsed, command, out var time, out error))
            {
                return false;
            }

            expiry = time;
        }

        options = new SetOptions(condition, returnsOld, keepsExpiry, expiry);
        return true;
    }
}
