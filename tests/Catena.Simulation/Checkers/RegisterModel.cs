using System.Globalization;
using System.Numerics;
using Catena.Core.Primitives;
using Catena.Simulation.Histories;

namespace Catena.Simulation.Checkers;

/// <summary>What a single key does when operations come one at a time: the specification against which histories are checked.</summary>
/// <remarks>
/// <para>
/// A version that no client was told yet is open; the first result that names it decides it. It must be newer than all that were known before,
/// since a version is the LSN of the write and LSNs grow.
/// </para>
/// <para>
/// Where the version is open, both "refused" and "applied" of a compare-and-set are possible. That accepts a little more than a server may
/// do, and never rejects what it may.
/// </para>
/// </remarks>
internal static class RegisterModel
{
    /// <summary>The state of a key before a history.</summary>
    public static RegisterState Initial => new(null, null, Lsn.Zero);

    /// <summary>Whether an operation with an unknown outcome can have an effect at all.</summary>
    public static bool HasEffect(RegisterCommand command) => command.Operation != RegisterOperation.Get;

    /// <summary>Whether an operation, ended so, changes nothing wherever it fits.</summary>
    public static bool IsRead(RegisterCommand command, RegisterResult result) => command.Operation switch
    {
        RegisterOperation.Get => true,
        RegisterOperation.CompareAndSet or RegisterOperation.Increment => result.Applied == false,
        RegisterOperation.Delete => result is { Found: false, Version: null },
        _ => false,
    };

    /// <summary>Whether an operation could follow any state and gives the same whatever preceded it.</summary>
    public static bool IsBlind(RegisterCommand command, RegisterResult? result) =>
        command.Operation is RegisterOperation.Put or RegisterOperation.Delete && result?.Found is null;

    /// <summary>The newest version that may be known when an operation takes effect: versions only grow, so that beyond it the operation never fits again.</summary>
    /// <returns>Null where it fits whatever is known.</returns>
    public static Lsn? NewestFloor(RegisterCommand command, RegisterResult result)
    {
        if (result.Applied == false || result.Found == false)
        {
            return null;
        }

        return command.Operation == RegisterOperation.CompareAndSet && command.Expected is { } expected ? expected : result.Version;
    }

    /// <summary>Lets an operation take effect.</summary>
    /// <param name="state">The state before.</param>
    /// <param name="command">The operation.</param>
    /// <param name="result">What the client was told; null where the outcome is unknown, and the operation then did what it asks.</param>
    /// <param name="next">The state after.</param>
    /// <returns>False if the operation cannot have ended so in this state.</returns>
    public static bool TryApply(RegisterState state, RegisterCommand command, RegisterResult? result, out RegisterState next)
    {
        next = state;
        return command.Operation switch
        {
            RegisterOperation.Get => result is not null && Read(state, result, out next),
            RegisterOperation.Put => FoundFits(state, result) && Write(state, command.Value!, result, out next),
            RegisterOperation.Delete => Delete(state, result, out next),
            RegisterOperation.CompareAndSet => CompareAndSet(state, command, result, out next),
            RegisterOperation.Increment => Increment(state, command, result, out next),
            _ => Write(state, state.Value + command.Value, result, out next),
        };
    }

    private static bool Read(in RegisterState state, RegisterResult result, out RegisterState next)
    {
        next = state;
        var found = result.Found ?? result.Value is not null;
        if (found != state.Value is not null)
        {
            return false;
        }

        return !found || ((result.Value is null || result.Value == state.Value) && Learn(state, result.Version, out next));
    }

    private static bool Write(in RegisterState state, string value, RegisterResult? result, out RegisterState next)
    {
        next = new RegisterState(value, null, state.Floor);
        if (result is null)
        {
            return true;
        }

        return result.Applied != false
            && (result.Value is null || result.Value == value)
            && (result.Length is null || result.Length == value.Length)
            && Learn(next, result.Version, out next);
    }

    private static bool Delete(in RegisterState state, RegisterResult? result, out RegisterState next)
    {
        next = new RegisterState(null, null, state.Floor);
        if (!FoundFits(state, result))
        {
            return false;
        }

        if (result?.Version is { } version)
        {
            if (version <= state.Floor)
            {
                return false;
            }

            next = next with { Floor = version };
        }

        return true;
    }

    private static bool FoundFits(in RegisterState state, RegisterResult? result) =>
        result?.Found is not { } found || found == state.Value is not null;

    private static bool CompareAndSet(in RegisterState state, RegisterCommand command, RegisterResult? result, out RegisterState next)
    {
        next = state;
        var refused = result?.Applied == false;
        if (command.Expected is not { } expected)
        {
            var absent = state.Value is null;
            return refused ? !absent : absent && Write(state, command.Value!, result, out next);
        }

        var open = state is { Value: not null, Version: null } && expected > state.Floor;
        var matches = state.Value is not null && state.Version == expected;
        if (refused)
        {
            return open || !matches;
        }

        return (open || matches) && Write(state with { Floor = expected }, command.Value!, result, out next);
    }

    private static bool Increment(in RegisterState state, RegisterCommand command, RegisterResult? result, out RegisterState next)
    {
        next = state;
        var isNumber = long.TryParse(state.Value ?? "0", NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var old);
        var sum = new BigInteger(old) + command.By;
        var possible = isNumber && sum >= long.MinValue && sum <= long.MaxValue;
        if (result?.Applied == false)
        {
            return !possible;
        }

        return possible && Write(state, sum.ToString(CultureInfo.InvariantCulture), result, out next);
    }

    private static bool Learn(RegisterState state, Lsn? version, out RegisterState next)
    {
        next = state;
        if (version is not { } told)
        {
            return true;
        }

        if (state.Version is { } known)
        {
            return known == told;
        }

        next = state with { Version = told, Floor = told };
        return told > state.Floor;
    }
}
