using System.Buffers;
using Catena.Core.Primitives;
using Catena.Storage.Devices;
using Catena.Storage.Recovery;

namespace Catena.Storage.Checkpoints;

/// <summary>Which checkpoints are in force, and from which position of the journal recovery goes on.</summary>
/// <remarks>
/// A file of one block, never changed: the next manifest is another file. The last two are kept, and all that they name, so that a damaged file
/// costs a longer replay and nothing else. Content: position from which the node's own records are needed i64, their last number as a
/// variable-length number, what may have been lost u8 (<see cref="NodeDoubts" />), the node record as a byte string; the number of lines and for each the partition and the
/// checkpoint's number as variable-length numbers and two positions i64 (<see cref="ManifestLine" />).
/// </remarks>
internal sealed record Manifest
{
    private Dictionary<PartitionId, ManifestLine>? _byPartition;

    /// <summary>The manifest's number; the highest is in force.</summary>
    internal required ulong Number { get; init; }

    /// <summary>Every record of the node itself before this position is in the manifest.</summary>
    internal required long NodeFrom { get; init; }

    /// <summary>The node's own record, and how many it has written.</summary>
    internal required NodeFacts Node { get; init; }

    /// <summary>One line for each partition of which the journal holds anything.</summary>
    internal required IReadOnlyList<ManifestLine> Lines { get; init; }

    /// <summary>The line of a partition; null where there is none.</summary>
    internal ManifestLine? Find(PartitionId partition) =>
        (_byPartition ??= Lines.ToDictionary(line => line.Partition)).TryGetValue(partition, out var line) ? line : null;

    /// <summary>Where replaying begins.</summary>
    internal long From => Lines.Aggregate(NodeFrom, (least, line) => Math.Min(least, line.From));

    /// <summary>No record before this position is needed by recovery at all.</summary>
    internal long Keep => Lines.Aggregate(NodeFrom, (least, line) => Math.Min(least, line.Keep));

    /// <summary>Writes the manifest so that a crash leaves either all of it or the one before in force.</summary>
    internal void Write(IStorageDevice device, in NodeIdentity identity)
    {
        OneBlockFile.Write(device, CheckpointFormat.TemporaryManifest, CheckpointFormat.ManifestMagic, Number, identity, BlockKind.Manifest, WriteTo);

        // What the manifest names is durable before the manifest has its name.
        device.SyncDirectory();
        device.Rename(CheckpointFormat.TemporaryManifest, CheckpointFormat.ManifestName(Number));
        device.SyncDirectory();
    }

    /// <summary>Reads a manifest.</summary>
    /// <returns>Null where it is damaged.</returns>
    internal static Manifest? TryRead(IStorageDevice device, ulong number, in NodeIdentity identity) => OneBlockFile.TryRead(
        device, CheckpointFormat.ManifestName(number), CheckpointFormat.ManifestMagic, number, identity, BlockKind.Manifest, content => TryRead(content, number));

    /// <summary>The numbers of all manifests of a device, newest first.</summary>
    internal static List<ulong> NumbersOf(IStorageDevice device) =>
        [.. device.List().Select(CheckpointFormat.ManifestNumber).OfType<ulong>().OrderDescending()];

    private static Manifest? TryRead(ReadOnlySpan<byte> content, ulong number)
    {
        var reader = new ByteReader(content);
        var nodeFrom = reader.ReadInt64();
        var control = reader.ReadVarint();
        var flags = reader.ReadByte();
        var node = new NodeFacts
        {
            Control = control,
            Doubts = (NodeDoubts)flags,
            Record = reader.ReadString().ToArray(),
        };
        var count = reader.ReadCount();
        var lines = new List<ManifestLine>(count);
        for (var line = 0; line < count && reader.IsValid; line++)
        {
            var partition = reader.ReadVarint();
            var checkpoint = reader.ReadVarint();
            if (partition >= ushort.MaxValue)
            {
                reader.Fail();
            }

            var from = reader.ReadInt64();
            lines.Add(new ManifestLine(new PartitionId((ushort)partition), checkpoint, from, reader.ReadInt64()));
        }

        return reader.IsAtEnd && lines.DistinctBy(line => line.Partition).Count() == lines.Count
            ? new Manifest { Number = number, NodeFrom = nodeFrom, Node = node, Lines = lines }
            : null;
    }

    private void WriteTo(IBufferWriter<byte> writer)
    {
        writer.WriteInt64(NodeFrom);
        writer.WriteVarint(Node.Control);
        writer.WriteByte((byte)Node.Doubts);
        writer.WriteString(Node.Record);
        writer.WriteVarint((ulong)Lines.Count);
        foreach (var line in Lines)
        {
            writer.WriteVarint(line.Partition.Value);
            writer.WriteVarint(line.Number);
            writer.WriteInt64(line.From);
            writer.WriteInt64(line.Keep);
        }
    }
}
