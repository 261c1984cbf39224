using System.Buffers;

namespace Catena.Server.Listeners;

/// <summary>A growing run of bytes in one pooled array.</summary>
/// <remarks>Not thread-safe. It holds no array before something is written.</remarks>
internal sealed class PooledBuffer : IBufferWriter<byte>
{
    private const int FirstBytes = 64;

    private byte[] _bytes = [];

    /// <summary>How many bytes were written.</summary>
    public int Length { get; private set; }

    /// <summary>What was written; valid until the next write.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>What was written; valid until the next write.</summary>
    public ReadOnlyMemory<byte> WrittenMemory => _bytes.AsMemory(0, Length);

    /// <inheritdoc />
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(_bytes.Length - Length), nameof(count));
        Length += count;
    }

    /// <inheritdoc />
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        if (_bytes.Length - Length < Math.Max(sizeHint, 1))
        {
            Grow(sizeHint);
        }

        return _bytes.AsSpan(Length);
    }

    /// <inheritdoc />
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_bytes.Length - Length < Math.Max(sizeHint, 1))
        {
            Grow(sizeHint);
        }

        return _bytes.AsMemory(Length);
    }

    /// <summary>Appends bytes.</summary>
    /// <param name="bytes">What is copied.</param>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(GetSpan(bytes.Length));
        Length += bytes.Length;
    }

    /// <summary>Takes back what was written behind a length.</summary>
    /// <param name="length">The length that is left; at most the present one.</param>
    public void Truncate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)Length, nameof(length));
        Length = length;
    }

    /// <summary>Forgets what was written, and gives the array back where it is larger than <paramref name="kept" />.</summary>
    /// <param name="kept">The largest array that is worth keeping for the next use.</param>
    public void Clear(int kept)
    {
        Length = 0;
        if (_bytes.Length > kept)
        {
            Release();
        }
    }

    /// <summary>Gives the array back; the buffer is empty and can be used again.</summary>
    public void Release()
    {
        Length = 0;
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = [];
        }
    }

    private void Grow(int sizeHint)
    {
        var least = checked(Length + Math.Max(sizeHint, 1));
        var doubled = (int)Math.Min(_bytes.Length * 2L, Array.MaxLength);
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(Math.Max(least, doubled), FirstBytes));
        Written.CopyTo(larger);
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }

        _bytes = larger;
    }
}
