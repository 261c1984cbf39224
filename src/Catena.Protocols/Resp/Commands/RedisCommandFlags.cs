namespace Catena.Protocols.Resp.Commands;

/// <summary>What a command does and when it may be used, by the words that COMMAND uses.</summary>
[Flags]
public enum RedisCommandFlags
{
    /// <summary>Nothing of the below.</summary>
    None = 0,

    /// <summary>May change data.</summary>
    Write = 1 << 0,

    /// <summary>Reads data and never changes it.</summary>
    ReadOnly = 1 << 1,

    /// <summary>Refused when memory is short.</summary>
    DenyOom = 1 << 2,

    /// <summary>Not to be used by scripts.</summary>
    NoScript = 1 << 3,

    /// <summary>Answered while data is being loaded.</summary>
    Loading = 1 << 4,

    /// <summary>Answered by a replica that has lost its source.</summary>
    Stale = 1 << 5,

    /// <summary>Takes constant or logarithmic time.</summary>
    Fast = 1 << 6,

    /// <summary>Needs no password first.</summary>
    NoAuth = 1 << 7,

    /// <summary>Answered while a script runs.</summary>
    AllowBusy = 1 << 8,

    /// <summary>Concerns all keys or the whole node; not in COMMAND's list, where it appears as the category <c>@dangerous</c>.</summary>
    Dangerous = 1 << 9,

    /// <summary>For administrators.</summary>
    Admin = 1 << 10,

    /// <summary>About subscriptions and published messages.</summary>
    PubSub = 1 << 11,

    /// <summary>Refused while data is loaded beside the present data.</summary>
    NoAsyncLoading = 1 << 12,

    /// <summary>Refused inside a transaction.</summary>
    NoMulti = 1 << 13,

    /// <summary>Not noted in the log of slow commands itself.</summary>
    SkipSlowLog = 1 << 14,
}
