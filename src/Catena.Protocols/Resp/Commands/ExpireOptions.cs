using System.Text;

namespace Catena.Protocols.Resp.Commands;

/// <summary>The arguments of EXPIRE, PEXPIRE, EXPIREAT and PEXPIREAT after the key: a time, and NX, XX, GT or LT.</summary>
/// <param name="Time">The time.</param>
/// <param name="Condition">When it takes effect.</param>
public readonly record struct ExpireOptions(ExpireTime Time, ExpireCondition Condition)
{
    /// <summary>Reads the arguments of a request that has the right number of them.</summary>
    /// <param name="request">The request.</param>
    /// <param name="command">One of the four commands.</param>
    /// <param name="options">The options.</param>
    /// <param name="error">The error to answer, if the result is false.</param>
    public static bool TryParse(RespRequest request, RedisCommand command, out ExpireOptions options, out ReadOnlySpan<byte> error)
    {
        ArgumentNullException.ThrowIfNull(command);
        options = default;
        if (!TryParseCondition(request, out var condition, out error))
        {
            return false;
        }

        var unit = command.Id switch
        {
            RedisCommandId.Expire => ExpireUnit.Seconds,
            RedisCommandId.PExpire => ExpireUnit.Milliseconds,
            RedisCommandId.ExpireAt => ExpireUnit.UnixSeconds,
            RedisCommandId.PExpireAt => ExpireUnit.UnixMilliseconds,
            _ => throw new ArgumentException("Not a command of the EXPIRE family.", nameof(command)),
        };
        if (!ExpireTime.TryParse(request[2], unit, command, out var time, out error))
        {
            return false;
        }

        options = new ExpireOptions(time, condition);
        return true;
    }

    private static bool TryParseCondition(RespRequest request, out ExpireCondition condition, out ReadOnlySpan<byte> error)
    {
        condition = ExpireCondition.None;
        error = default;
        for (var i = 3; i < request.Count; i++)
        {
            var one = ConditionOf(request[i]);
            if (one == ExpireCondition.None)
            {
                error = RespErrors.UnsupportedOption(request[i]);
                return false;
            }

            condition |= one;
        }

        if ((condition & ExpireCondition.WhenAbsent) != 0 && condition != ExpireCondition.WhenAbsent)
        {
            error = RespErrors.ExpireNxIncompatible;
            return false;
        }

        const ExpireCondition Both = ExpireCondition.WhenLater | ExpireCondition.WhenEarlier;
        error = (condition & Both) == Both ? RespErrors.ExpireGtLtIncompatible : default;
        return error.IsEmpty;
    }

    private static ExpireCondition ConditionOf(ReadOnlySpan<byte> word) =>
        Ascii.EqualsIgnoreCase(word, "NX"u8) ? ExpireCondition.WhenAbsent
        : Ascii.EqualsIgnoreCase(word, "XX"u8) ? ExpireCondition.WhenPresent
        : Ascii.EqualsIgnoreCase(word, "GT"u8) ? ExpireCondition.WhenLater
        : Ascii.EqualsIgnoreCase(word, "LT"u8) ? ExpireCondition.WhenEarlier
        : ExpireCondition.None;
}
