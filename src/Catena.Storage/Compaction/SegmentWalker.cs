using System.Buffers;
using System.Buffers.Binary;
using Catena.Core.Replication.Log;
using Catena.Storage.Devices;
using Catena.Storage.Journaling;

namespace Catena.Storage.Compaction;

/// <summary>Goes through the records of a sealed segment in order, passing over what is damaged.</summary>
internal sealed class SegmentWalker : IDisposable
{
    private const int WindowBytes = 1 << 20;

    private readonly Segment _segment;
    private readonly bool _fromDevice;
    private byte[] _window = ArrayPool<byte>.Shared.Rent(WindowBytes);
    private int _windowStart;
    private int _windowLength;
    private int _offset = SegmentHeader.Length;

    /// <summary>A walker that stands at the first record.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="fromDevice">Whether what the system has kept in memory is passed by, where possible.</param>
    internal SegmentWalker(Segment segment, bool fromDevice = false)
    {
        _segment = segment;
        _fromDevice = fromDevice;
    }

    /// <summary>How much of the segment has been gone through.</summary>
    internal int Offset => _offset;

    /// <summary>Whether a record is the mark behind which a segment holds nothing.</summary>
    internal static bool IsClosing(ReadOnlySpan<byte> frame) =>
        (RecordType)EntryFrame.ReadHeader(frame).Type == RecordType.Mark
        && Mark.TryRead(frame[EntryFrame.HeaderLength..], out var mark)
        && mark.Flags.HasFlag(MarkFlags.Closing);

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

            if (_fromDevice)
            {
                _segment.File.Uncache(_offset, _window.Length);
            }

            _windowStart = _offset;
            _windowLength = _segment.File.ReadPastBad(_offset, _window);
        }

        var at = _offset - _windowStart;
        return _window.AsSpan(at, Math.Max(0, Math.Min(_windowLength - at, Math.Max(count, EntryFrame.HeaderLength))));
    }
}
