using System.Buffers.Binary;
using System.Text;

namespace Catena.Protocols.Thrift;

/// <summary>Reads strict TBinaryProtocol from the bytes of one frame.</summary>
/// <remarks>
/// <para>
/// Format ("Thrift Binary protocol encoding", Apache Thrift specification): a message is <c>80 01 00 type</c>, the method's name, and a
/// sequence number; structs are fields (type, 16-bit number, value) up to a stop byte. All numbers are big-endian. Strings
/// are bytes here and are never decoded.
/// </para>
/// <para>
/// No method throws. Each returns false where the bytes end early or break the rules, and so does every later one: the first
/// failure is the frame's. Announced lengths and counts are held against the bytes that are left before anything is done for
/// them, and nesting has a bound, so that the work is linear in the frame.
/// </para>
/// </remarks>
public ref struct ThriftReader
{
    /// <summary>How deep a skipped field may nest (the default of Apache Thrift's own recursion limit).</summary>
    public const int MaxDepth = 64;

    private const uint VersionMask = 0xFFFF_0000;
    private const uint Version1 = 0x8001_0000;

    private readonly ReadOnlySpan<byte> _frame;
    private int _position;
    private bool _failed;

    /// <summary>A reader at the start of a frame.</summary>
    /// <param name="frame">The frame without its length.</param>
    public ThriftReader(ReadOnlySpan<byte> frame) => _frame = frame;

    /// <summary>Whether the bytes have ended early or broken the rules.</summary>
    public readonly bool HasFailed => _failed;

    /// <summary>How many bytes of the frame have not been read.</summary>
    public readonly int Remaining => _frame.Length - _position;

    /// <summary>Reads the header of a message; one without a version, as old clients wrote, is refused.</summary>
    /// <param name="type">What the message is.</param>
    /// <param name="name">The method's name.</param>
    /// <param name="sequenceId">The number that pairs calls with answers.</param>
    public bool TryReadMessageHeader(out ThriftMessageType type, out ReadOnlySpan<byte> name, out int sequenceId)
    {
        type = default;
        name = default;
        sequenceId = 0;
        if (!TryReadInt32(out var version) || ((uint)version & VersionMask) != Version1)
        {
            return Fail();
        }

        type = (ThriftMessageType)(version & 0xFF);
        return TryReadBytes(out name) && TryReadInt32(out sequenceId);
    }

    /// <summary>Reads the header of a field, or the stop that ends a struct.</summary>
    /// <param name="type">The field's type; <see cref="ThriftType.Stop" /> at the end.</param>
    /// <param name="id">The field's number; 0 at the end.</param>
    public bool TryReadFieldHeader(out ThriftType type, out short id)
    {
        type = ThriftType.Stop;
        id = 0;
        if (!TryTake(1, out var bytes))
        {
            return false;
        }

        type = (ThriftType)bytes[0];
        if (type == ThriftType.Stop)
        {
            return true;
        }

        if (!TryTake(2, out bytes))
        {
            return false;
        }

        id = BinaryPrimitives.ReadInt16BigEndian(bytes);
        return true;
    }

    /// <summary>Reads the header of the next field of a struct; the caller reads its value, or passes over it.</summary>
    /// <param name="type">The field's type.</param>
    /// <param name="id">The field's number.</param>
    /// <returns>False after the last one, and where something, then or earlier, could not be read (<see cref="HasFailed" />).</returns>
    public bool TryReadField(out ThriftType type, out short id) => TryReadFieldHeader(out type, out id) && type != ThriftType.Stop;

    /// <summary>Reads a string or binary as a view of the frame.</summary>
    /// <param name="value">The bytes.</param>
    public bool TryReadBytes(out ReadOnlySpan<byte> value)
    {
        value = default;
        return TryReadInt32(out var length) && TryTake(length, out value);
    }

    /// <summary>Reads a string that is a text.</summary>
    /// <param name="value">The text; bytes that are no UTF-8 come as U+FFFD.</param>
    public bool TryReadText(out string value)
    {
        var isRead = TryReadBytes(out var bytes);
        value = Encoding.UTF8.GetString(bytes);
        return isRead;
    }

    /// <summary>Reads a boolean; any byte but 0 is true.</summary>
    /// <param name="value">The boolean.</param>
    public bool TryReadBool(out bool value)
    {
        var taken = TryTake(1, out var bytes);
        value = taken && bytes[0] != 0;
        return taken;
    }

    /// <summary>Reads a 32-bit integer.</summary>
    /// <param name="value">The integer.</param>
    public bool TryReadInt32(out int value)
    {
        var taken = TryTake(4, out var bytes);
        value = taken ? BinaryPrimitives.ReadInt32BigEndian(bytes) : 0;
        return taken;
    }

    /// <summary>Reads a 64-bit integer.</summary>
    /// <param name="value">The integer.</param>
    public bool TryReadInt64(out long value)
    {
        var taken = TryTake(8, out var bytes);
        value = taken ? BinaryPrimitives.ReadInt64BigEndian(bytes) : 0;
        return taken;
    }

    /// <summary>Reads the header of a list; a count for which the frame has not enough bytes is refused.</summary>
    /// <param name="type">The type of all elements; means nothing if there are none.</param>
    /// <param name="count">The number of elements.</param>
    public bool TryReadListHeader(out ThriftType type, out int count)
    {
        type = default;
        count = 0;
        if (!TryTake(1, out var types) || !TryReadInt32(out var announced))
        {
            return false;
        }

        type = (ThriftType)types[0];
        var least = LeastBytes(type);
        if (announced != 0 && (announced < 0 || least == 0 || (long)announced * least > Remaining))
        {
            return Fail();
        }

        count = announced;
        return true;
    }

    /// <summary>Reads a list all of whose elements have one type, and passes over them.</summary>
    /// <param name="type">The type that they must have.</param>
    /// <param name="count">The number of elements.</param>
    /// <param name="elements">The bytes of all of them, each well formed.</param>
    public bool TryReadList(ThriftType type, out int count, out ReadOnlySpan<byte> elements)
    {
        elements = default;
        if (!TryReadListHeader(out var actual, out count) || (count > 0 && actual != type))
        {
            return Fail();
        }

        var start = _position;
        if (!TrySkipElements(type, null, count, MaxDepth))
        {
            return false;
        }

        elements = _frame[start.._position];
        return true;
    }

    /// <summary>Reads the header of a map; a count for which the frame has not enough bytes is refused.</summary>
    /// <param name="keyType">The type of all keys; means nothing if the map is empty.</param>
    /// <param name="valueType">The type of all values; means nothing if the map is empty.</param>
    /// <param name="count">The number of pairs.</param>
    public bool TryReadMapHeader(out ThriftType keyType, out ThriftType valueType, out int count)
    {
        keyType = default;
        valueType = default;
        count = 0;
        if (!TryTake(2, out var types) || !TryReadInt32(out var announced))
        {
            return false;
        }

        keyType = (ThriftType)types[0];
        valueType = (ThriftType)types[1];
        if (announced != 0)
        {
            var least = (long)LeastBytes(keyType) + LeastBytes(valueType);
            if (announced < 0 || LeastBytes(keyType) == 0 || LeastBytes(valueType) == 0 || announced * least > Remaining)
            {
                return Fail();
            }
        }

        count = announced;
        return true;
    }

    /// <summary>Passes over a value of any type.</summary>
    /// <param name="type">Its type.</param>
    public bool TrySkip(ThriftType type) => TrySkip(type, MaxDepth);

    private bool TrySkip(ThriftType type, int depth)
    {
        if (depth == 0)
        {
            return Fail();
        }

        switch (type)
        {
            case ThriftType.Bytes:
                return TryReadBytes(out _);
            case ThriftType.Struct:
                return TrySkipStruct(depth);
            case ThriftType.Map:
                return TryReadMapHeader(out var keyType, out var valueType, out var pairs)
                    && TrySkipElements(keyType, valueType, pairs, depth);
            case ThriftType.Set:
            case ThriftType.List:
                return TrySkipList(depth);
            default:
                var size = LeastBytes(type);
                return size > 0 ? TryTake(size, out _) : Fail();
        }
    }

    private bool TrySkipStruct(int depth)
    {
        while (TryReadField(out var type, out _))
        {
            TrySkip(type, depth - 1);
        }

        return !_failed;
    }

    private bool TrySkipList(int depth) => TryReadListHeader(out var type, out var count) && TrySkipElements(type, null, count, depth);

    private bool TrySkipElements(ThriftType first, ThriftType? second, int count, int depth)
    {
        for (var i = 0; i < count; i++)
        {
            if (!TrySkip(first, depth - 1) || (second is { } type && !TrySkip(type, depth - 1)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The least number of bytes a value takes: its size, where that is fixed; 0 for what is no type of a value.</summary>
    private static int LeastBytes(ThriftType type) => type switch
    {
        ThriftType.Bool or ThriftType.Byte or ThriftType.Struct => 1,
        ThriftType.Int16 => 2,
        ThriftType.Int32 or ThriftType.Bytes => 4,
        ThriftType.Set or ThriftType.List => 5,
        ThriftType.Map => 6,
        ThriftType.Int64 or ThriftType.Double => 8,
        ThriftType.Uuid => 16,
        _ => 0,
    };

    private bool TryTake(int count, out ReadOnlySpan<byte> bytes)
    {
        if (_failed || (uint)count > (uint)Remaining)
        {
            bytes = default;
            return Fail();
        }

        bytes = _frame.Slice(_position, count);
        _position += count;
        return true;
    }

    private bool Fail()
    {
        _failed = true;
        return false;
    }
}
