using Catena.Storage.Journaling;
using Catena.Storage.Tests.Disks;

namespace Catena.Storage.Tests.Journaling;

public sealed class SegmentFilesTests
{
    private const int Length = 8192;

    /// <summary>Whoever appends takes segments, and all who append wait for him.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_spare_is_taken_while_the_next_gets_its_durable_name(bool isReclaimed)
    {
        var disk = new MemoryDisk();
        using var files = new SegmentFiles(disk, Length);
        var used = files.Take(Length, SpaceUse.Control);
        Assert.True(files.TryPrepare(1));
        var isTaken = false;
        disk.WhileSyncingDirectory = () =>
        {
            var taking = new Thread(() => files.Take(Length, SpaceUse.Control)) { IsBackground = true };
            taking.Start();
            isTaken = taking.Join(TimeSpan.FromSeconds(20));
        };
        if (isReclaimed)
        {
            files.Retire(used);
            Assert.True(files.Reclaim(spares: 2));
        }
        else
        {
            Assert.True(files.TryPrepare(2));
        }

        Assert.True(isTaken, "who takes a segment waited for the disk");
        Assert.Contains("00000003.journal", disk.List());
        Assert.Equal(!isReclaimed, disk.Exists("00000001.journal"));
    }
}
