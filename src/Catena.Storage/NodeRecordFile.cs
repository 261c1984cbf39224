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

    private static ReadOnlySpan<byte> Magic => "CATENAN\n"u8;

    /// <summary>Reads the copy.</summary>
    /// <param name="device">The directory.</param>
    /// <param name="identity">Whose it is.</param>
    /// <returns>The record, and its number; null where there is no whole copy.</returns>
    internal static NumberedRecord? TryRead(IStorageDevice device, in NodeIdentity identity) =>
        device.Exists(Name) ? OneBlockFile.TryRead(device, Name, Magic, 0, identity, BlockKind.NodeRecord, NumberedRecord.TryRead) : null;

    /// <summary>Makes a record the copy, so that a crash leaves either the one before or this one. On a full disk there is none afterwards, rather than one that is not the latest.</summary>
    /// <param name="device">The directory.</param>
    /// <param name="identity">Whose it is.</param>
    /// <param name="number">The record's number.</param>
    /// <param name="record">The record.</param>
    /// <exception cref="StorageFailedException">The disk refused: the process must stop.</exception>
    internal static void Write(IStorageDevice device, in NodeIdentity identity, ulong number, byte[] record)
    {
        try
        {
            OneBlockFile.Write(device, TemporaryName, Magic, 0, identity, BlockKind.NodeRecord, content =>
            {
                content.WriteUInt64(number);
                content.Write(record);
            });
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
    /// <returns>Whether it was damaged; where there was none, the disk was full when it was to be written.</returns>
    internal static bool Repair(IStorageDevice device, in NodeIdentity identity, ulong number, byte[] record)
    {
        var isThere = device.Exists(Name);
        if (TryRead(device, identity) is { } copy && copy.Number == number && copy.Record.AsSpan().SequenceEqual(record))
        {
            return false;
        }

        Write(device, identity, number, record);
        return isThere;
    }

    /// <summary>What the copy holds.</summary>
    /// <param name="Number">The record's number among the node's own.</param>
    /// <param name="Record">The record.</param>
    internal sealed record NumberedRecord(ulong Number, byte[] Record)
    {
        internal static NumberedRecord? TryRead(ReadOnlySpan<byte> content)
        {
            var reader = new ByteReader(content);
            var number = reader.ReadUInt64();
            return reader.IsValid ? new NumberedRecord(number, reader.Rest.ToArray()) : null;
        }
    }
}
