using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Catena.ZooKeeper.Jute;

/// <summary>Writes Jute records, and frames of them, into one growing buffer that is used again and again.</summary>
/// <remarks>Not thread-safe. What <see cref="Written" /> gave is void after the next write.</remarks>
internal sealed class JuteWriter : IBufferWriter<byte>
{
    private const int SmallCapacity = 1024;
    private const int LargestKeptCapacity = 256 * 1024;

    private byte[] _bytes = new byte[SmallCapacity];

    /// <summary>How many bytes were written since the last <see cref="Clear" />.</summary>
    public int Length { get; private set; }

    /// <summary>The bytes written since the last <see cref="Clear" />.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>The bytes written since the last <see cref="Clear" />.</summary>
    public ReadOnlyMemory<byte> WrittenMemory => _bytes.AsMemory(0, Length);

    /// <summary>Forgets everything; a buffer that one large record made large is given up.</summary>
    public void Clear()
    {
        Length = 0;
        if (_bytes.Length > LargestKeptCapacity)
        {
            _bytes = new byte[SmallCapacity];
        }
    }

    /// <summary>Forgets what was written after <paramref name="length" /> bytes.</summary>
    /// <param name="length">An earlier <see cref="Length" />.</param>
    public void Truncate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length);
        Length = length;
    }

    /// <summary>Leaves room for a frame's length and gives the frame's place, for <see cref="EndFrame" />.</summary>
    public int BeginFrame()
    {
        var start = Length;
        Int(0);
        return start;
    }

    /// <summary>Fills in the length of the frame that began at <paramref name="start" />.</summary>
    /// <param name="start">What <see cref="BeginFrame" /> gave.</param>
    public void EndFrame(int start) => BinaryPrimitives.WriteInt32BigEndian(_bytes.AsSpan(start), Length - start - sizeof(int));

    /// <summary>Writes one byte, 1 or 0.</summary>
    /// <param name="value">What is written.</param>
    public void Bool(bool value)
    {
        GetSpan(1)[0] = value ? (byte)1 : (byte)0;
        Advance(1);
    }

    /// <summary>Writes a signed 32-bit number.</summary>
    /// <param name="value">What is written.</param>
    public void Int(int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(GetSpan(sizeof(int)), value);
        Advance(sizeof(int));
    }

    /// <summary>Writes a signed 64-bit number.</summary>
    /// <param name="value">What is written.</param>
    public void Long(long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(GetSpan(sizeof(long)), value);
        Advance(sizeof(long));
    }

    /// <summary>Writes a buffer with its length before it.</summary>
    /// <param name="value">What is written.</param>
    public void Buffer(ReadOnlySpan<byte> value)
    {
        Int(value.Length);
        Raw(value);
    }

    /// <summary>Writes a string as UTF-8 with its length in bytes before it.</summary>
    /// <param name="value">What is written.</param>
    public void String(string value)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        Int(length);
        Advance(Encoding.UTF8.GetBytes(value, GetSpan(length)));
    }

    /// <summary>Writes a vector of strings.</summary>
    /// <param name="values">What is written.</param>
    public void Strings(IReadOnlyCollection<string> values)
    {
        Int(values.Count);
        foreach (var value in values)
        {
            String(value);
        }
    }

    /// <summary>Writes bytes as they are.</summary>
    /// <param name="value">What is written.</param>
    public void Raw(ReadOnlySpan<byte> value)
    {
        value.CopyTo(GetSpan(value.Length));
        Advance(value.Length);
    }

    /// <inheritdoc />
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(_bytes.Length - Length));
        Length += count;
    }

    /// <inheritdoc />
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Grow(sizeHint);
        return _bytes.AsMemory(Length);
    }

    /// <inheritdoc />
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Grow(sizeHint);
        return _bytes.AsSpan(Length);
    }

    private void Grow(int sizeHint)
    {
        var needed = (long)Length + Math.Max(sizeHint, 1);
        if (needed > _bytes.Length)
        {
            var doubled = Math.Min(Math.Max(needed, 2L * _bytes.Length), Array.MaxLength);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(needed, doubled, nameof(sizeHint));
            Array.Resize(ref _bytes, (int)doubled);
        }
    }
}
