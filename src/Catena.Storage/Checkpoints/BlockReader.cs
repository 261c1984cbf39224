using System.Buffers;
using System.Buffers.Binary;
using Catena.Storage.Devices;

namespace Catena.Storage.Checkpoints;

/// <summary>Reads the sealed blocks of a file in order, verifying each.</summary>
internal sealed class BlockReader : IDisposable
{
    private const int WindowBytes = 1 << 20;

    private readonly IStorageFile _file;
    private byte[] _window = ArrayPool<byte>.Shared.Rent(WindowBytes);
    private long _windowStart;
    private int _windowLength;
    private long _offset;

    internal BlockReader(IStorageFile file)
    {
        _file = file;
    }

    /// <summary>Whether the last block has been read and nothing follows it.</summary>
    internal bool IsAtEnd => _offset == _file.Length;

    /// <summary>Checks the header; first of all.</summary>
    internal bool TryBegin(ReadOnlySpan<byte> magic, Core.Primitives.PartitionId partition, ulong number, in NodeIdentity identity)
    {
        _offset = CheckpointFormat.HeaderLength;
        return CheckpointFormat.IsHeader(Bytes(0, CheckpointFormat.HeaderLength), magic, partition, number, identity);
    }

    /// <summary>Reads the next block.</summary>
    /// <param name="kind">What it holds.</param>
    /// <param name="content">Its content, until the next call.</param>
    /// <returns>False where what is there is no block of this place.</returns>
    internal bool TryRead(out BlockKind kind, out ReadOnlySpan<byte> content)
    {
        kind = default;
        content = default;
        var head = Bytes(_offset, CheckpointFormat.BlockHeaderLength);
        if (head.Length < CheckpointFormat.BlockHeaderLength)
        {
            return false;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(head);
        var checksum = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
        kind = (BlockKind)head[8];
        if (length is < 0 or > CheckpointFormat.MaxBlock)
        {
            return false;
        }

        var block = Bytes(_offset, CheckpointFormat.BlockHeaderLength + length);
        if (block.Length < CheckpointFormat.BlockHeaderLength + length)
        {
            return false;
        }

        content = block[CheckpointFormat.BlockHeaderLength..];
        if (CheckpointFormat.Checksum(kind, content, _offset) != checksum)
        {
            return false;
        }

        _offset += block.Length;
        return true;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_window);
        _window = [];
    }

    private ReadOnlySpan<byte> Bytes(long offset, int count)
    {
        if (offset < _windowStart || offset + count > _windowStart + _windowLength)
        {
            if (_window.Length < count)
            {
                ArrayPool<byte>.Shared.Return(_window);
                _window = ArrayPool<byte>.Shared.Rent(count);
            }

            _windowStart = offset;
            _windowLength = _file.ReadPastBad(offset, _window);
        }

        var at = (int)(offset - _windowStart);
        return _window.AsSpan(at, Math.Min(count, Math.Max(0, _windowLength - at)));
    }
}
