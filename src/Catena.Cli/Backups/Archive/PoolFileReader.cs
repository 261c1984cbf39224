using Catena.Core.Primitives;
using Catena.Server.Backups;
using Catena.Storage.Devices;

namespace Catena.Cli.Backups.Archive;

/// <summary>Reads pool files: what they are at a glance, or all of them with every checksum.</summary>
internal static class PoolFileReader
{
    /// <summary>Looks at a file's header and end.</summary>
    /// <param name="pool">The directory.</param>
    /// <param name="name">The file's name.</param>
    /// <param name="cluster">The cluster that it is of.</param>
    /// <returns>Null where it is no whole file of that name.</returns>
    public static PoolFile? TryLook(IStorageDevice pool, string name, out Guid cluster)
    {
        cluster = default;
        using var file = pool.Open(name, create: false);
        if (file.Length < PoolFileHeader.Length + PoolFileEnd.BlockLength)
        {
            return null;
        }

        var first = new byte[PoolFileHeader.Length];
        var last = new byte[PoolFileEnd.BlockLength];
        file.Read(0, first);
        file.Read(file.Length - last.Length, last);
        try
        {
            var header = PoolFileHeader.Read(first);
            var isBlock = Block.TryReadHeader(last, out var kind, out var length) && kind == BlockKind.End && length == last.Length - Block.HeaderLength;
            if (!isBlock || !Block.IsIntact(last, last.AsSpan(Block.HeaderLength)))
            {
                return null;
            }

            var end = PoolFileEnd.Read(last.AsSpan(Block.HeaderLength));
            cluster = header.Cluster;
            var found = new PoolFile(header.Kind, header.Partition, header.After, end.Through, end.Complete, file.Length, end.Checksum);
            return found.Name == name ? found : null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>Reads a whole file, verifying every byte.</summary>
    /// <param name="pool">The directory.</param>
    /// <param name="name">The file's name.</param>
    /// <param name="cluster">The cluster that it must be of.</param>
    /// <param name="expected">What it must be.</param>
    /// <param name="visit">Takes each block that is no end; says whether more is wanted.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>What its end says; null where no more was wanted before that.</returns>
    /// <exception cref="InvalidDataException">It is missing, damaged, or not what was expected.</exception>
    public static async Task<PoolFileEnd?> ReadAsync(
        IStorageDevice pool, string name, Guid cluster, PoolFile expected, Func<BlockKind, ReadOnlyMemory<byte>, ValueTask<bool>> visit, CancellationToken cancellation)
    {
        if (!pool.Exists(name))
        {
            throw new InvalidDataException("it is missing");
        }

        await using var stream = new StorageFileStream(pool.Open(name, create: false));
        if (stream.Length != expected.Length)
        {
            throw new InvalidDataException($"it has {stream.Length} bytes instead of {expected.Length}");
        }

        var bytes = new byte[PoolFileHeader.Length];
        await stream.ReadExactlyAsync(bytes, cancellation).ConfigureAwait(false);
        var header = PoolFileHeader.Read(bytes);
        if (header.Cluster != cluster || header.Kind != expected.Kind || header.Partition != expected.Partition || header.After != expected.After)
        {
            throw new InvalidDataException("it is another file than its name and the backup say");
        }

        var blocks = new BlockReader(stream, Crc32C.Compute(bytes));
        for (var count = 0UL; await blocks.ReadAsync(cancellation).ConfigureAwait(false); count++)
        {
            if (blocks.Kind == BlockKind.End)
            {
                var end = PoolFileEnd.Read(blocks.Payload.Span);
                var isRight = end.Blocks == count && end.Checksum == blocks.ChecksumBefore && end.Checksum == expected.Checksum
                    && end.Through == expected.Through && end.Complete == expected.Complete;
                return isRight && stream.Position == stream.Length
                    ? end
                    : throw new InvalidDataException("its end does not fit what precedes it");
            }

            if (!await visit(blocks.Kind, blocks.Payload).ConfigureAwait(false))
            {
                return null;
            }
        }

        throw new InvalidDataException("it has no end");
    }
}
