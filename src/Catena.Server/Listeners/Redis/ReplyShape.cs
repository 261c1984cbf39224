namespace Catena.Server.Listeners.Redis;

/// <summary>What the reply to a command makes of its result, where that is not what the result says by itself.</summary>
internal enum ReplyShape
{
    /// <summary>Done is OK, no value is null, numbers, values and lists are themselves.</summary>
    Plain,

    /// <summary>1 for done, 0 for a condition that did not hold.</summary>
    OneOrZero,

    /// <summary>An expiry time becomes the seconds from now until then, rounded.</summary>
    SecondsLeft,

    /// <summary>An expiry time becomes the milliseconds from now until then.</summary>
    MillisecondsLeft,

    /// <summary>An expiry time becomes Unix seconds, rounded.</summary>
    UnixSeconds,

    /// <summary>1 becomes the name of the one type of value there is, 0 <c>none</c>.</summary>
    TypeName,

    /// <summary>Any number is OK, and no value is the error that there is no such key.</summary>
    OkOrNoSuchKey,

    /// <summary>A number is itself, and no value is the error that there is no such key.</summary>
    NumberOrNoSuchKey,

    /// <summary>A condition that did not hold is the error that the key is taken.</summary>
    OkOrBusyKey,
}
