namespace Catena.Protocols.Table;

/// <summary>What a message asks or answers, by its number on the wire. A request that was carried out is answered by its number plus one.</summary>
public enum TableOpcode
{
    /// <summary>Nothing; what a message has that does not say.</summary>
    Bad = 0,

    /// <summary>Put an entry.</summary>
    Put = 10,

    /// <summary>Get the value of a key.</summary>
    Get = 20,

    /// <summary>Delete a key.</summary>
    Delete = 30,

    /// <summary>How many keys there are.</summary>
    Size = 40,

    /// <summary>All keys.</summary>
    GetKeys = 50,

    /// <summary>All keys and values.</summary>
    GetTable = 60,

    /// <summary>What the service has done.</summary>
    Stats = 70,

    /// <summary>The answer to what was not carried out.</summary>
    Error = 99,
}
