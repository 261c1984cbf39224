using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Catena.Core.Replication.Log;
using Catena.Storage.Devices;
using Catena.Storage.Errors;

namespace Catena.Storage.Journaling;

/// <summary>Reads records of the journal by position: from memory where they are recent, else from their segment, a window at a time.</summary>
/// <remarks>Not thread-safe. What <see cref="Read" /> returned is valid until the next call; <see cref="Release" /> ends a use.</remarks>
internal sealed class RecordReader
{
    private const int WindowBytes = 256 * 1024;

    private readonly JournalBuffers _buffers;
    private readonly SegmentFiles _files;

    private JournalBuffer? _held;
    private byte[]? _window;
    private long _windowStart;
    private int _windowLength;

    internal RecordReader(JournalBuffers buffers, SegmentFiles files)
    {
        _buffers = buffers;
        _files = files;
    }

    /// <summary>The frame at a position, verified.</summary>
    /// <param name="position">Where the record begins.</param>
    /// <param name="frameChecksum">The checksum that the frame has outside the journal; in the frame stands the journal's.</param>
    /// <exception cref="StorageDamagedException">There is no such record there any more.</exception>
    internal ReadOnlySpan<byte> Read(long position, out uint frameChecksum)
    {
        var bytes = Find(position);
        if (!JournalRecord.TryVerify(bytes, position, out var length, out frameChecksum))
        {
            ThrowDamaged(position);
        }

        return bytes[..length];
    }

    /// <summary>Lets go of the memory that the last read refers to.</summary>
    internal void Release()
    {
        _held?.Release();
        _held = null;
        if (_window is not null)
        {
            ArrayPool<byte>.Shared.Return(_window);
            _window = null;
        }
    }

    private ReadOnlySpan<byte> Find(long position)
    {
        if (_held is not null && Within(_held, position))
        {
            return Rest(_held, position);
        }

        _held?.Release();
        _held = _buffers.TryAcquire(position);
        return _held is not null ? Rest(_held, position) : FromFile(position);
    }

    private static bool Within(JournalBuffer buffer, long position) => position >= buffer.Start && position - buffer.Start < buffer.Used;

    private static ReadOnlySpan<byte> Rest(JournalBuffer buffer, long position)
    {
        var from = (int)(position - buffer.Start);
        return buffer.Bytes(from, buffer.Used - from);
    }

    private ReadOnlySpan<byte> FromFile(long position)
    {
        var rest = InWindow(position);
        if (rest.Length < EntryFrame.HeaderLength || BinaryPrimitives.ReadInt32LittleEndian(rest) > rest.Length)
        {
            Fill(position, WindowBytes);
            rest = InWindow(position);
            var length = rest.Length < EntryFrame.HeaderLength ? 0 : BinaryPrimitives.ReadInt32LittleEndian(rest);
            if (length > rest.Length && length <= EntryFrame.MaxLength)
            {
                Fill(position, length);
                rest = InWindow(position);
            }
        }

        return rest;
    }

    private ReadOnlySpan<byte> InWindow(long position) =>
        _window is not null && position >= _windowStart && position - _windowStart < _windowLength
            ? _window.AsSpan((int)(position - _windowStart), _windowLength - (int)(position - _windowStart))
            : default;

    private void Fill(long position, int count)
    {
        if (_window is null || _window.Length < count)
        {
            if (_window is not null)
            {
                ArrayPool<byte>.Shared.Return(_window);
            }

            _window = ArrayPool<byte>.Shared.Rent(count);
        }

        var segment = _files.Find(JournalPosition.SegmentOf(position));
        _windowStart = position;
        _windowLength = 0;
        try
        {
            _windowLength = segment.File.ReadPastBad(JournalPosition.OffsetOf(position), _window.AsSpan(0, count));
        }
        catch (StorageFailedException failure)
        {
            throw new StorageDamagedException($"The journal's record at {JournalPosition.Describe(position)} cannot be read: {failure.Message}", failure);
        }
    }

    [DoesNotReturn]
    private static void ThrowDamaged(long position) =>
        throw new StorageDamagedException($"The journal's record at {JournalPosition.Describe(position)} is damaged.");
}
