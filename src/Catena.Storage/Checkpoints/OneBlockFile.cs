using System.Buffers;
using Catena.Storage.Devices;

namespace Catena.Storage.Checkpoints;

/// <summary>A file of one sealed block behind its header that is of no partition, such as a manifest; it comes into being whole or not at all.</summary>
internal static class OneBlockFile
{
    /// <summary>Takes in what a block says.</summary>
    /// <typeparam name="T">What becomes of it.</typeparam>
    /// <param name="content">The block's content.</param>
    /// <returns>Null where it makes no sense.</returns>
    internal delegate T? Reader<T>(ReadOnlySpan<byte> content)
        where T : class;

    /// <summary>Writes the file under another name, and syncs it: the caller gives it its own, and makes that durable.</summary>
    internal static void Write(
        IStorageDevice device, string temporaryName, ReadOnlySpan<byte> magic, ulong number, in NodeIdentity identity, BlockKind kind, Action<IBufferWriter<byte>> content)
    {
        Span<byte> header = stackalloc byte[CheckpointFormat.HeaderLength];
        CheckpointFormat.WriteHeader(header, magic, CheckpointFormat.NoPartition, number, identity);
        using var file = device.Open(temporaryName, create: true);
        file.SetLength(0);
        var blocks = new BlockWriter(file, new ArrayBufferWriter<byte>());
        blocks.Begin(header);
        content(blocks.BeginBlock());
        blocks.EndBlock(kind);
        file.Sync();
    }

    /// <summary>Reads a file, from the disk and not from what the system has cached of it.</summary>
    /// <returns>Null where it is not whole.</returns>
    internal static T? TryRead<T>(IStorageDevice device, string name, ReadOnlySpan<byte> magic, ulong number, in NodeIdentity identity, BlockKind kind, Reader<T> read)
        where T : class
    {
        using var file = device.Open(name, create: false);
        file.Uncache(0, file.Length);
        using var blocks = new BlockReader(file);
        return blocks.TryBegin(magic, CheckpointFormat.NoPartition, number, identity) && blocks.TryRead(out var found, out var content) && found == kind && blocks.IsAtEnd
            ? read(content)
            : null;
    }
}
