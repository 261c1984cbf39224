using Catena.Core.Primitives;
using Catena.Storage.Errors;
using Catena.Storage.Tests.Disks;

namespace Catena.Storage.Tests.Recovery;

/// <summary>The node's own record stands in two places, so that neither a torn end nor damage puts it in doubt.</summary>
public sealed class NodeRecordTests
{
    [Fact]
    public void A_crash_between_the_copy_and_the_journal_leaves_the_newer_record_and_no_doubt()
    {
        for (var failAfter = 0; failAfter < 8; failAfter++)
        {
            var disk = new MemoryDisk();
            using (var storage = Sample.Create(disk))
            {
                storage.SaveNodeRecord("first"u8);
                storage.Flush(sync: true);
                disk.FailAfter = failAfter;
                try
                {
                    storage.SaveNodeRecord("second"u8);
                    storage.Flush(sync: true);
                }
                catch (StorageFailedException)
                {
                    // The disk was told to fail.
                }
            }

            foreach (var crashed in new[] { disk.Crash(new Prng(1)), disk.Kill() })
            {
                var isNew = crashed.Exists("node") && crashed.Content("node").AsSpan().IndexOf("second"u8) >= 0;
                using (var again = NodeStorage.Open(crashed, Sample.SmallSegments))
                {
                    Assert.False(again.NodeRecordDoubtful);
                    Assert.Equal(isNew ? "second"u8 : "first"u8, again.NodeRecord.Span);
                    again.SaveNodeRecord("third"u8);
                    again.Flush(sync: true);
                }

                using var last = NodeStorage.Open(crashed, Sample.SmallSegments);
                Assert.False(last.NodeRecordDoubtful);
                Assert.Equal("third"u8, last.NodeRecord.Span);
            }
        }
    }

    [Fact]
    public void On_a_full_disk_there_is_no_copy_rather_than_an_old_one()
    {
        var disk = new MemoryDisk();
        using (var storage = Sample.Create(disk))
        {
            storage.SaveNodeRecord("first"u8);
            storage.Flush(sync: true);
            Assert.Contains("node", disk.List());
            disk.IsFull = true;
            storage.SaveNodeRecord("second"u8);
            storage.Flush(sync: true);
        }

        disk = disk.Crash(new Prng(1));
        Assert.DoesNotContain(disk.List(), name => name.StartsWith("node", StringComparison.Ordinal));
        using var again = NodeStorage.Open(disk, Sample.SmallSegments);
        Assert.Equal("second"u8, again.NodeRecord.Span);
        Assert.False(again.NodeRecordDoubtful);
    }

    [Fact]
    public void A_copy_that_is_older_than_the_journals_record_counts_for_nothing()
    {
        var disk = new MemoryDisk();
        byte[] old;
        using (var storage = Sample.Create(disk))
        {
            storage.SaveNodeRecord("first"u8);
            old = disk.Content("node").ToArray();
            storage.SaveNodeRecord("second"u8);
            storage.Flush(sync: true);
        }

        disk.SetContent("node", old);
        using var again = NodeStorage.Open(disk, Sample.SmallSegments);
        Assert.Equal("second"u8, again.NodeRecord.Span);
    }

    [Fact]
    public void A_copy_of_another_nodes_record_counts_for_nothing()
    {
        var stranger = new MemoryDisk();
        using (var storage = NodeStorage.Open(stranger, Sample.SmallSegments))
        {
            storage.Initialize(Sample.Identity with { Node = new NodeId(9) });
            storage.SaveNodeRecord("theirs"u8);
            storage.SaveNodeRecord("theirs"u8);
        }

        var disk = new MemoryDisk();
        using (var storage = Sample.Create(disk))
        {
            storage.SaveNodeRecord("own"u8);
            storage.Flush(sync: true);
        }

        disk.SetContent("node", stranger.Content("node"));
        using var again = NodeStorage.Open(disk, Sample.SmallSegments);
        Assert.Equal("own"u8, again.NodeRecord.Span);
    }
}
