using System.Buffers;
using System.Buffers.Binary;
using Catena.Storage.Devices;

namespace Catena.Storage.Checkpoints;

/// <summary>Writes the sealed blocks of a file behind its header.</summary>
/// <param name="file">The file.</param>
/// <param name="memory">Holds the block that is being written.</param>
internal sealed class BlockWriter(IStorageFile file, ArrayBufferWriter<byte> memory)
{
    private long _offset;

    /// <summary>The bytes written so far.</summary>
    internal long Length => _offset;

    /// <summary>Writes the header.</summary>
    internal void Begin(ReadOnlySpan<byte> header)
    {
        file.Write(0, header);
        _offset = header.Length;
    }

    /// <summary>An empty content to be filled; only one at a time.</summary>
    internal IBufferWriter<byte> BeginBlock()
    {
        memory.ResetWrittenCount();
        memory.GetSpan(CheckpointFormat.BlockHeaderLength);
        memory.Advance(CheckpointFormat.BlockHeaderLength);
        return memory;
    }

    /// <summary>The bytes of the content so far.</summary>
    internal int BlockLength => memory.WrittenCount - CheckpointFormat.BlockHeaderLength;

    /// <summary>Seals the content and writes it.</summary>
    internal void EndBlock(BlockKind kind)
    {
        var bytes = System.Runtime.InteropServices.MemoryMarshal.AsMemory(memory.WrittenMemory).Span;
        var content = bytes[CheckpointFormat.BlockHeaderLength..];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, content.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], CheckpointFormat.Checksum(kind, content, _offset));
        bytes[8] = (byte)kind;
        file.Write(_offset, bytes);
        _offset += bytes.Length;
    }
}
