namespace Catena.Protocols.Table;

/// <summary>One request of the table service as a view of its message.</summary>
/// <remarks>Valid as long as the message's bytes. What the client left out is empty, as what it sent empty.</remarks>
public readonly ref struct TableRequest
{
    internal TableRequest(TableOpcode opcode, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        Opcode = opcode;
        Key = key;
        Value = value;
    }

    /// <summary>What is asked.</summary>
    public TableOpcode Opcode { get; }

    /// <summary>The key of a put, get or delete.</summary>
    public ReadOnlySpan<byte> Key { get; }

    /// <summary>The value of a put.</summary>
    public ReadOnlySpan<byte> Value { get; }
}
