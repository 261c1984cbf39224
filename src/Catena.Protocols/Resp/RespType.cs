namespace Catena.Protocols.Resp;

/// <summary>What a reply is; the types of RESP2 and RESP3 without the differences that only concern framing.</summary>
public enum RespType
{
    /// <summary>Nothing: an absent string, an absent array, or RESP3's null.</summary>
    Null = 0,

    /// <summary>A short string, usually a status such as OK.</summary>
    SimpleString = 1,

    /// <summary>A string of any bytes.</summary>
    Bulk = 2,

    /// <summary>An error, short or bulk; its first word is its code.</summary>
    Error = 3,

    /// <summary>A 64-bit integer.</summary>
    Integer = 4,

    /// <summary>A double.</summary>
    Double = 5,

    /// <summary>A boolean.</summary>
    Boolean = 6,

    /// <summary>An integer of any size, as decimal digits.</summary>
    BigNumber = 7,

    /// <summary>Text for a person, with a format of three letters.</summary>
    Verbatim = 8,

    /// <summary>Elements in order.</summary>
    Array = 9,

    /// <summary>Elements without order.</summary>
    Set = 10,

    /// <summary>Pairs; its elements alternate between keys and values.</summary>
    Map = 11,

    /// <summary>A message that answers no request.</summary>
    Push = 12,
}
