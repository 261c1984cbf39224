using System.Buffers.Binary;

namespace Catena.Core.Primitives;

/// <summary>Reads numbers and byte strings from a span, and remembers the first thing that did not fit instead of throwing.</summary>
/// <remarks>
/// A reader that has failed returns zeros and empty spans from then on; who decodes a message checks <see cref="IsValid" /> once
/// at the end. Numbers are little-endian; variable-length ones are LEB128.
/// </remarks>
public ref struct ByteReader
{
    private ReadOnlySpan<byte> _rest;

    /// <summary>A reader at the start of <paramref name="source" />.</summary>
    /// <param name="source">What is read.</param>
    public ByteReader(ReadOnlySpan<byte> source)
    {
        _rest = source;
        IsValid = true;
    }

    /// <summary>Whether everything read so far was there and well formed.</summary>
    public bool IsValid { get; private set; }

    /// <summary>What has not been read yet.</summary>
    public readonly ReadOnlySpan<byte> Rest => _rest;

    /// <summary>Whether all has been read and was valid.</summary>
    public readonly bool IsAtEnd => IsValid && _rest.IsEmpty;

    /// <summary>Marks the input as malformed, for a rule that the caller checks.</summary>
    public void Fail()
    {
        IsValid = false;
        _rest = default;
    }

    /// <summary>The next byte.</summary>
    public byte ReadByte()
    {
        var bytes = ReadBytes(1);
        return bytes.IsEmpty ? (byte)0 : bytes[0];
    }

    /// <summary>The next two bytes as a number.</summary>
    public ushort ReadUInt16()
    {
        var bytes = ReadBytes(2);
        return bytes.IsEmpty ? (ushort)0 : BinaryPrimitives.ReadUInt16LittleEndian(bytes);
    }

    /// <summary>The next four bytes as a number.</summary>
    public uint ReadUInt32()
    {
        var bytes = ReadBytes(4);
        return bytes.IsEmpty ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }

    /// <summary>The next eight bytes as a number.</summary>
    public ulong ReadUInt64()
    {
        var bytes = ReadBytes(8);
        return bytes.IsEmpty ? 0 : BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    /// <summary>The next eight bytes as a signed number.</summary>
    public long ReadInt64() => unchecked((long)ReadUInt64());

    /// <summary>The next number of one to ten bytes.</summary>
    public ulong ReadVarint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (_rest.IsEmpty)
            {
                Fail();
                return 0;
            }

            var part = _rest[0];
            _rest = _rest[1..];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }

        Fail();
        return 0;
    }

    /// <summary>The next number of one to five bytes, where it must be a count or a length of what is left.</summary>
    public int ReadCount()
    {
        var value = ReadVarint();
        if (value > (ulong)_rest.Length)
        {
            Fail();
            return 0;
        }

        return (int)value;
    }

    /// <summary>The next <paramref name="count" /> bytes, without copying.</summary>
    /// <param name="count">How many; a negative number or more than there is fails.</param>
    public ReadOnlySpan<byte> ReadBytes(int count)
    {
        if ((uint)count > (uint)_rest.Length)
        {
            Fail();
            return default;
        }

        var bytes = _rest[..count];
        _rest = _rest[count..];
        return bytes;
    }

    /// <summary>The next byte string with its length before it, without copying.</summary>
    public ReadOnlySpan<byte> ReadString() => ReadBytes(ReadCount());

    /// <summary>The next LSN.</summary>
    public Lsn ReadLsn()
    {
        var epoch = ReadVarint();
        return new Lsn(new Epoch(epoch), ReadVarint());
    }
}
