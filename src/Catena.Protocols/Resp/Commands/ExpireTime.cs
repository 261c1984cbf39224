namespace Catena.Protocols.Resp.Commands;

/// <summary>When a key expires, as a command gives it: milliseconds from now or a point in Unix time.</summary>
/// <remarks>
/// It becomes a point in time where the clock that decides is read, with <see cref="TryResolve" />; codecs read no clock.
/// </remarks>
/// <param name="Milliseconds">The number of milliseconds.</param>
/// <param name="IsRelative">Whether they count from now or from 1970.</param>
public readonly record struct ExpireTime(long Milliseconds, bool IsRelative)
{
    /// <summary>The point in time, in Unix milliseconds.</summary>
    /// <param name="nowUnixMilliseconds">The time now, not negative.</param>
    /// <param name="unixMilliseconds">The point; it may lie in the past.</param>
    /// <returns>False if it lies beyond 64 bits: <see cref="RespErrors.InvalidExpireTime" />.</returns>
    public bool TryResolve(long nowUnixMilliseconds, out long unixMilliseconds)
    {
        var from = IsRelative ? nowUnixMilliseconds : 0;
        var fits = Milliseconds <= long.MaxValue - from;
        unixMilliseconds = fits ? from + Milliseconds : 0;
        return fits;
    }

    /// <summary>Reads the time of SET, GETEX, SETEX and PSETEX, which must be positive.</summary>
    /// <param name="text">The argument.</param>
    /// <param name="unit">What the number counts.</param>
    /// <param name="command">The command, for the error.</param>
    /// <param name="time">The time.</param>
    /// <param name="error">The error to answer, if the result is false.</param>
    public static bool TryParsePositive(
        ReadOnlySpan<byte> text, ExpireUnit unit, RedisCommand command, out ExpireTime time, out ReadOnlySpan<byte> error)
    {
        if (!TryParse(text, unit, command, out time, out error))
        {
            return false;
        }

        if (time.Milliseconds > 0)
        {
            return true;
        }

        error = RespErrors.InvalidExpireTime(command);
        return false;
    }

    /// <summary>Reads the time of the EXPIRE family; one that is not positive or has passed deletes the key.</summary>
    /// <param name="text">The argument.</param>
    /// <param name="unit">What the number counts.</param>
    /// <param name="command">The command, for the error.</param>
    /// <param name="time">The time.</param>
    /// <param name="error">The error to answer, if the result is false.</param>
    public static bool TryParse(
        ReadOnlySpan<byte> text, ExpireUnit unit, RedisCommand command, out ExpireTime time, out ReadOnlySpan<byte> error)
    {
        time = default;
        error = default;
        if (!RedisInteger.TryParse(text, out var number))
        {
            error = RespErrors.NotAnInteger;
            return false;
        }

        if (unit is ExpireUnit.Seconds or ExpireUnit.UnixSeconds)
        {
            if (number is > long.MaxValue / 1000 or < long.MinValue / 1000)
            {
                error = RespErrors.InvalidExpireTime(command);
                return false;
            }

            number *= 1000;
        }

        time = new ExpireTime(number, unit is ExpireUnit.Seconds or ExpireUnit.Milliseconds);
        return true;
    }
}
