namespace Catena.Protocols.Table;

/// <summary>Reads the fields of one Protocol Buffers message without copying.</summary>
/// <remarks>
/// <para>
/// Format ("Encoding", Protocol Buffers documentation): each field is a tag, which is its number and wire type, and a value. Strings are
/// bytes here and are never decoded.
/// </para>
/// <para>
/// No method throws. Each returns false where the bytes end early or break the rules; the first failure is the message's. Announced lengths
/// are held against the bytes that are left, and groups have a bound to their nesting, so that the work is linear in the message.
/// </para>
/// </remarks>
public ref struct ProtobufReader
{
    /// <summary>How deep groups in a skipped field may nest (the default limit of Google's own libraries).</summary>
    public const int MaxDepth = 100;

    private const int TypeBits = 3;

    private readonly ReadOnlySpan<byte> _message;
    private int _position;

    /// <summary>A reader at the start of a message.</summary>
    /// <param name="message">The whole message.</param>
    public ProtobufReader(ReadOnlySpan<byte> message) => _message = message;

    /// <summary>Whether the whole message has been read.</summary>
    public readonly bool IsAtEnd => _position == _message.Length;

    /// <summary>Reads what comes before a field's value.</summary>
    /// <param name="field">The field's number, from 1.</param>
    /// <param name="type">How its value is laid out.</param>
    public bool TryReadTag(out int field, out ProtobufWireType type)
    {
        var isRead = TryReadVarint(out var tag);
        field = (int)((uint)tag >> TypeBits);
        type = (ProtobufWireType)(tag & ((1 << TypeBits) - 1));
        return isRead && field != 0 && type <= ProtobufWireType.Fixed32;
    }

    /// <summary>Reads an integer; one of more than 64 bits is cut to them, as everybody does.</summary>
    /// <param name="value">The integer.</param>
    public bool TryReadVarint(out ulong value)
    {
        const int MostBits = 64;
        value = 0;
        for (var shift = 0; shift < MostBits; shift += 7)
        {
            if (IsAtEnd)
            {
                return false;
            }

            var next = _message[_position++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Reads a string, bytes or a message as a view of this one.</summary>
    /// <param name="value">The bytes.</param>
    public bool TryReadBytes(out ReadOnlySpan<byte> value)
    {
        value = default;
        return TryReadVarint(out var length) && TryTake((uint)length, out value);
    }

    /// <summary>Passes over a value.</summary>
    /// <param name="field">The field's number.</param>
    /// <param name="type">How it is laid out.</param>
    public bool TrySkip(int field, ProtobufWireType type) => TrySkip(field, type, MaxDepth);

    private bool TrySkip(int field, ProtobufWireType type, int depth) => type switch
    {
        ProtobufWireType.Varint => TryReadVarint(out _),
        ProtobufWireType.Fixed64 => TryTake(sizeof(ulong), out _),
        ProtobufWireType.Bytes => TryReadBytes(out _),
        ProtobufWireType.StartGroup => depth > 0 && TrySkipGroup(field, depth - 1),
        ProtobufWireType.Fixed32 => TryTake(sizeof(uint), out _),
        _ => false,
    };

    private bool TrySkipGroup(int group, int depth)
    {
        while (TryReadTag(out var field, out var type))
        {
            if (type == ProtobufWireType.EndGroup)
            {
                return field == group;
            }

            if (!TrySkip(field, type, depth))
            {
                return false;
            }
        }

        return false;
    }

    private bool TryTake(uint count, out ReadOnlySpan<byte> bytes)
    {
        if (count > (uint)(_message.Length - _position))
        {
            bytes = default;
            return false;
        }

        bytes = _message.Slice(_position, (int)count);
        _position += (int)count;
        return true;
    }
}
