namespace Catena.Protocols.Table;

/// <summary>How a field's value is laid out, by its number on the wire.</summary>
public enum ProtobufWireType
{
    /// <summary>An integer in groups of seven bits.</summary>
    Varint = 0,

    /// <summary>Eight bytes.</summary>
    Fixed64 = 1,

    /// <summary>A length, and as many bytes: strings, bytes, messages, packed lists.</summary>
    Bytes = 2,

    /// <summary>The start of a group: fields up to its end, as proto2 had them.</summary>
    StartGroup = 3,

    /// <summary>The end of a group.</summary>
    EndGroup = 4,

    /// <summary>Four bytes.</summary>
    Fixed32 = 5,
}
