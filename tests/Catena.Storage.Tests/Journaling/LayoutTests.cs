using System.Buffers.Binary;
using Catena.Core.Primitives;
using Catena.Core.Replication.Log;
using Catena.Storage.Partitions;
using Catena.Storage.Tests.Disks;

namespace Catena.Storage.Tests.Journaling;

/// <summary>Holds the bytes on disk to what docs/storage.md says, byte by byte.</summary>
public sealed class LayoutTests
{
    [Fact]
    public void The_identity_file_has_its_documented_bytes()
    {
        var disk = new MemoryDisk();
        using var storage = Sample.Create(disk);
        Assert.Equal(
            "434154454E414944" + "01000000" + "00000000" + "00112233445566778899AABBCCDDEEFF" + "8877665544332211" + "00000000" + "8A2CB0FF",
            Convert.ToHexString(disk.Content("identity")));
    }

    [Fact]
    public void The_copy_of_the_nodes_record_has_its_documented_bytes()
    {
        var disk = new MemoryDisk();
        using var storage = Sample.Create(disk);
        storage.SaveNodeRecord("abc"u8);
        Assert.Equal(
            "434154454E414E0A" + "01000000" + "FFFF" + "0000" + "0000000000000000" + "8877665544332211" + "00112233445566778899AABBCCDDEEFF"
            + "000000000000000000000000" + "1A3352D4"
            + "0B000000" + "F97D2E90" + "05" + "0100000000000000" + "616263",
            Convert.ToHexString(disk.Content("node")));
    }

    [Fact]
    public void A_segment_has_its_documented_bytes()
    {
        var disk = new MemoryDisk();
        using var storage = Sample.Create(disk);
        var store = storage.Partition(new PartitionId(3));
        Sample.Append(store, 2, [], EntryType.Start);
        store.SaveReplicaState("abc"u8);
        storage.Flush(sync: true);
        var content = disk.Content("00000001.journal").AsSpan();
        Assert.Equal(
            "434154454E414A0A" + "01000000" + "00000000" + "0100000000000000" + "8877665544332211" + "00112233445566778899AABBCCDDEEFF"
            + "000000000000000000000000" + "88CB0657",
            Convert.ToHexString(content[..64]));

        // The opening mark: all partitions, and there are none yet; 32 + 18 bytes, padded to 56.
        Assert.Equal(
            "32000000" + "A41D65CE" + "FFFF" + "40" + "00" + "00000000" + "0000000000000000" + "0000000000000000"
            + "01" + "0000000000000000" + "0000000000000000" + "00" + "000000000000",
            Convert.ToHexString(content.Slice(64, 56)));

        // And the one that makes the directory a node's: the same again.
        Assert.Equal(
            "32000000" + "53752805" + "FFFF" + "40" + "00" + "00000000" + "0000000000000000" + "0000000000000000"
            + "01" + "0000000000000000" + "0000000000000000" + "00" + "000000000000",
            Convert.ToHexString(content.Slice(120, 56)));

        // The start entry 2.1 of partition 3, nothing committed before it.
        Assert.Equal(
            "20000000" + "28239998" + "0300" + "01" + "00" + "01000000" + "0200000000000000" + "0100000000000000",
            Convert.ToHexString(content.Slice(176, 32)));

        // The replica's state, the partition's first control record.
        Assert.Equal(
            "23000000" + "296ADA77" + "0300" + "43" + "00" + "00000000" + "0000000000000000" + "0100000000000000" + "616263" + "0000000000",
            Convert.ToHexString(content.Slice(208, 40)));

        // The mark that ends the batch: partition 3 moved, its last entry is 2.1, its last control record 1; what precedes the batch was synced.
        Assert.Equal(
            "36000000" + "C6232BAD" + "FFFF" + "40" + "00" + "00000000" + "0000000000000000" + "0000000000000000"
            + "00" + "B000000001000000" + "7800000001000000" + "01" + "03020101" + "0000",
            Convert.ToHexString(content.Slice(248, 56)));
        Assert.False(content[304..].ContainsAnyExcept((byte)0));
    }

    [Fact]
    public void A_record_carries_the_checksum_of_its_frame_extended_by_its_position()
    {
        var disk = new MemoryDisk();
        using var storage = Sample.Create(disk);
        Sample.Append(storage.Partition(new PartitionId(3)), 2, [], EntryType.Start);
        storage.Flush(sync: true);
        var frame = disk.Content("00000001.journal").AsSpan(176, 32);
        Span<byte> position = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(position, (1L << 32) | 176);
        Assert.Equal(Crc32C.Extend(Crc32C.Compute(frame[8..]), position), BinaryPrimitives.ReadUInt32LittleEndian(frame[4..]));
    }

    [Fact]
    public void Control_records_have_their_documented_numbers_and_bodies()
    {
        var disk = new MemoryDisk();
        using var storage = Sample.Create(disk);
        var store = storage.Partition(new PartitionId(3));
        Sample.Append(store, 2, [], EntryType.Start);
        Sample.Append(store, 2, [], EntryType.NoOp);
        store.Truncate(1);
        store.MarkTail(lost: true);
        store.Reset(ResetReason.StartOver);
        store.BeginInstall(new Lsn(new Epoch(5), 300), [new EpochStart(new Epoch(4), 1), new EpochStart(new Epoch(5), 290)]);
        store.InstallChunk([0, 0, 0, 0]);
        store.EndInstall(301, [0, 0, 0]);
        storage.SaveNodeRecord([7]);
        storage.Flush(sync: true);
        List<string> bodies = [];
        var content = disk.Content("00000001.journal").AsSpan();
        for (var offset = 64; content[offset] != 0; offset += (content[offset] + 7) & -8)
        {
            if (content[offset + 10] > 64)
            {
                bodies.Add($"{content[offset + 10]} {content[offset + 24]} {Convert.ToHexString(content[(offset + 32)..(offset + content[offset])])}");
            }
        }

        Assert.Equal(
            [
                "65 1 0100000000000000", "72 2 01", "66 3 03", "69 4 05AC0202040105A202", "70 5 00000000", "71 6 01AD02000000", "68 1 07",
            ],
            bodies);
    }
}
