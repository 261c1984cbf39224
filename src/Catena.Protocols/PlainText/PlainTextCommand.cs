namespace Catena.Protocols.PlainText;

/// <summary>What a request of the plain-text service turned out to be.</summary>
public enum PlainTextCommand
{
    /// <summary>None that the service has.</summary>
    Invalid = 0,

    /// <summary>Put a value at a key.</summary>
    Put = 1,

    /// <summary>A put that lacks its key or its value.</summary>
    ShortPut = 2,

    /// <summary>Get the value of a key.</summary>
    Get = 3,

    /// <summary>A get that lacks its key.</summary>
    ShortGet = 4,

    /// <summary>Whether anybody is there.</summary>
    Heartbeat = 5,
}
