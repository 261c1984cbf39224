using System.Buffers.Binary;
using System.Text;

namespace Catena.ZooKeeper.Jute;

/// <summary>Reads Jute, ZooKeeper's record encoding, from bytes that nobody vouches for.</summary>
/// <remarks>
/// Numbers are big-endian; strings and buffers carry an int32 length, vectors an int32 count, and −1 means null. The first read that
/// does not fit makes the reader invalid for good: it and every later one give the type's zero, and loops over counts end. So a caller
/// reads a whole record and asks <see cref="IsValid" /> once, before it uses anything that was read.
/// </remarks>
internal ref struct JuteReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>False once a read has gone past the end or met an impossible length.</summary>
    public bool IsValid { get; private set; } = true;

    /// <summary>How many bytes are unread; 0 once the reader is invalid.</summary>
    public readonly int Remaining => _rest.Length;

    /// <summary>Makes the reader invalid, for a record that decodes but cannot be meant.</summary>
    public void Invalidate()
    {
        IsValid = false;
        _rest = default;
    }

    /// <summary>One byte, true unless it is 0.</summary>
    public bool ReadBool()
    {
        var one = Take(1);
        return one.Length == 1 && one[0] != 0;
    }

    /// <summary>A signed 32-bit number.</summary>
    public int ReadInt()
    {
        var four = Take(sizeof(int));
        return four.IsEmpty ? 0 : BinaryPrimitives.ReadInt32BigEndian(four);
    }

    /// <summary>A signed 64-bit number.</summary>
    public long ReadLong()
    {
        var eight = Take(sizeof(long));
        return eight.IsEmpty ? 0 : BinaryPrimitives.ReadInt64BigEndian(eight);
    }

    /// <summary>A buffer, valid as long as the bytes under the reader; a null buffer reads as an empty one.</summary>
    public ReadOnlySpan<byte> ReadBuffer()
    {
        var length = ReadInt();
        if (length < -1)
        {
            Invalidate();
            return default;
        }

        return length <= 0 ? default : Take(length);
    }

    /// <summary>A UTF-8 string; a null string reads as an empty one.</summary>
    public string ReadString() => Encoding.UTF8.GetString(ReadBuffer());

    /// <summary>A vector's count, at most as many as the remaining bytes could hold; a null vector reads as an empty one.</summary>
    /// <param name="smallestElement">How many bytes an element takes at least; 1 or more.</param>
    public int ReadCount(int smallestElement)
    {
        var count = ReadInt();
        if (count < -1 || count > _rest.Length / smallestElement)
        {
            Invalidate();
            return 0;
        }

        return Math.Max(count, 0);
    }

    /// <summary>A vector of strings.</summary>
    public List<string> ReadStrings()
    {
        var count = ReadCount(sizeof(int));
        var strings = new List<string>(count);
        for (var i = 0; i < count && IsValid; i++)
        {
            strings.Add(ReadString());
        }

        return strings;
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > _rest.Length)
        {
            Invalidate();
            return default;
        }

        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }
}
