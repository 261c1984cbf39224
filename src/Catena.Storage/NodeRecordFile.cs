using System.Buffers;
using Catena.Core.Primitives;
using Catena.Storage.Checkpoints;
using Catena.Storage.Devices;
using Catena.Storage.Errors;

namespace Catena.Storage;

/// <summary>The file that holds the node's own record a second time, apart from the journal.</summary>
/// <remarks>
/// <para>
/// A crash in the midst of a write leaves a torn end of the journal, and what was in that nobody can tell; nor what a hole has swallowed. So that the node's record is not in doubt each time, a copy is durable before a record is appended: where the
/// copy is whole, it is the latest. Where it is not, the journal says what it can.
/// </para>
/// <para>The header and one block of <see cref="CheckpointFormat" />, of the number 0 and the kind <see cref="BlockKind.NodeRecord" />: the record's number among the node's u64, then the record.</para>
/// </remarks>
internal static class NodeRecordFile
{
    /// <summary>The file's name.</summary>
    internal const string Name = "node";

    private const string TemporaryName = "node.new";

    private static readonly PartitionId None = new(ushort.MaxValue);

    private static ReadOnlySpan<byte> Magic => "CATENAN\n"u8;

    /// <summary>Reads the copy.</summary>
    /// <param name="device">The directory.</param>
    /// <param name="identity">Whose it is.</param>
    /// <param name="number">The record's number.</param>
    /// <returns>The record; null where there is no whole copy.</returns>
    internal static byte[]? TryRead(IStorageDevice device, in NodeIdentity identity, out ulong number)
    {
        number = 0;
        if (!device.Exists(Name))
        {
            return null;
        }

        using var file = device.Open(Name, create: false);
        file.Uncache(0, file.Length);
        using var blocks = new BlockReader(file);
        if (!blocks.TryBegin(Magic, None, 0, identity) || !blocks.TryRead(out var kind, out var content) || kind != BlockKind.NodeRecord || !blocks.IsAtEnd)
        {
            return null;
        }

        var reader = new ByteReader(content);
        number = reader.ReadUInt64();
        return reader.IsValid ? reader.Rest.ToArray() : null;
    }

    /// <summary>Makes a record the copy, so that a crash leaves either the one before or this one. On a full disk there is none afterwards, rather than one that is not the latest.</summary>
    /// <param name="device">The directory.</param>
    /// <param name="identity">Whose it is.</param>
    /// <param name="number">The record's number.</param>
    /// <param name="record">The record.</param>
    /// <exception cref="StorageFailedException">The disk refused: the process must stop.</exception>
    internal static void Write(IStorageDevice device, in NodeIdentity identity, ulong number, ReadOnlySpan<byte> record)
    {
        try
        {
            WriteTemporary(device, identity, number, record);
            device.Rename(TemporaryName, Name);
        }
        catch (StorageFullException)
        {
            device.Delete(TemporaryName);
            device.Delete(Name);
        }

        device.SyncDirectory();
    }

    /// <summary>Writes the copy again where the file does not hold it any more.</summary>
    /// <returns>Whether that was so.</returns>
    internal static bool Repair(IStorageDevice device, in NodeIdentity identity, ulong number, ReadOnlySpan<byte> record)
    {
        if (TryRead(device, identity, out var held) is { } copy && held == number && record.SequenceEqual(copy))
        {
            return false;
        }

        Write(device, identity, number, record);
        return true;
    }

    private static void WriteTemporary(IStorageDevice device, in NodeIdentity identity, ulong number, ReadOnlySpan<byte> record)
    {
        Span<byte> header = stackalloc byte[CheckpointFormat.HeaderLength];
        CheckpointFormat.WriteHeader(header, Magic, None, 0, identity);
        using var file = device.Open(TemporaryName, create: true);
        file.SetLength(0);
        var blocks = new BlockWriter(file, new ArrayBufferWriter<byte>());
        blocks.Begin(header);
        var content = blocks.BeginBlock();
        content.WriteUInt64(number);
        content.Write(record);
        blocks.EndBlock(BlockKind.NodeRecord);
        file.Sync();
    }
}
