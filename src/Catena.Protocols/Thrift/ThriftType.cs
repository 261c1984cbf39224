namespace Catena.Protocols.Thrift;

/// <summary>The types of fields and elements in Thrift's binary protocol, by their numbers on the wire.</summary>
public enum ThriftType : byte
{
    /// <summary>No field: the end of a struct.</summary>
    Stop = 0,

    /// <summary>A boolean, one byte.</summary>
    Bool = 2,

    /// <summary>A byte.</summary>
    Byte = 3,

    /// <summary>A double, eight bytes.</summary>
    Double = 4,

    /// <summary>A 16-bit integer.</summary>
    Int16 = 6,

    /// <summary>A 32-bit integer.</summary>
    Int32 = 8,

    /// <summary>A 64-bit integer.</summary>
    Int64 = 10,

    /// <summary>A string or binary: a 32-bit length and so many bytes.</summary>
    Bytes = 11,

    /// <summary>Fields up to a stop.</summary>
    Struct = 12,

    /// <summary>Types of keys and values, a 32-bit count, pairs.</summary>
    Map = 13,

    /// <summary>A type, a 32-bit count, elements.</summary>
    Set = 14,

    /// <summary>A type, a 32-bit count, elements.</summary>
    List = 15,

    /// <summary>A universally unique identifier, sixteen bytes.</summary>
    Uuid = 16,
}
