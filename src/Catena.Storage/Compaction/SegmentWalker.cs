using System.Buffers;
using System.Buffers.Binary;
using Catena.Core.Replication.Log;
using Catena.Storage.Journaling;

namespace Catena.Storage.Compaction;

/// <summary>Goes through the records of a sealed segment in order, passing over what is damaged.</summary>
internal sealed class SegmentWalker : IDisposable
{
    private const int WindowBytes = 1 << 20;

    private readonly Segment _segment;
    private byte[] _window = ArrayPool<byte>.Shared.Rent(WindowBytes);
    private int _windowStart;
    private int _windowLength;
    private int _offset = SegmentHeader.Length;

    internal SegmentWalker(Segment segment)
    {
        _segment = segment;
    }

    /// <summary>How much of the segment has been gone through.</summary>
    internal int Offset => _offset;

    /// <summary>Goes to the next whole record.</summary>
    /// <param name="frame">Its frame, until the next call.</param>
    /// <param name="position">Where it is.</param>
    /// <param name="skipped">How many bytes before it, or before the end, are no record and not zero.</param>
    /// <returns>False at the end.</returns>
    internal bool TryNext(out ReadOnlySpan<byte> frame, out long position, out int skipped)
    {
        skipped = 0;
        while (_offset + EntryFrame.HeaderLength <= _segment.Length)
        {
            position = JournalPosition.At(_segment.Id, _offset);
            var bytes = Bytes(EntryFrame.HeaderLength);
            var length = bytes.Length < EntryFrame.HeaderLength ? 0 : BinaryPrimitives.ReadInt32LittleEndian(bytes);
            if (length >= EntryFrame.HeaderLength && length <= _segment.Length - _offset)
            {
                bytes = Bytes(length);
                if (JournalRecord.TryVerify(bytes, position, out _, out _))
                {
                    frame = bytes[..length];
                    _offset += JournalRecord.RoomFor(length);
                    return true;
                }
            }

            skipped += BinaryPrimitives.ReadUInt64LittleEndian(bytes) == 0 ? 0 : JournalRecord.Alignment;
            _offset += JournalRecord.Alignment;
        }

        frame = default;
        position = 0;
        return false;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_window);
        _window = [];
    }

    private ReadOnlySpan<byte> Bytes(int count)
    {
        if (_offset < _windowStart || _offset + count > _windowStart + _windowLength)
        {
            if (_window.Length < count)
            {
                ArrayPool<byte>.Shared.Return(_window);
                _window = ArrayPool<byte>.Shared.Rent(count);
            }

            _windowStart = _offset;
            _windowLength = _segment.File.Read(_offset, _window);
        }

        var at = _offset - _windowStart;
        return _window.AsSpan(at, Math.Max(0, Math.Min(_windowLength - at, Math.Max(count, EntryFrame.HeaderLength))));
    }
}
