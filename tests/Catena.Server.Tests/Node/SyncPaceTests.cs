using Catena.Server.Node;

namespace Catena.Server.Tests.Node;

public sealed class SyncPaceTests
{
    [Fact]
    public void A_disk_is_quick_whose_quickest_sync_of_late_was()
    {
        var pace = new SyncPace(limit: 500);
        Note(pace, 31, 100);
        Assert.False(pace.IsQuick);
        pace.Note(100);
        Assert.True(pace.IsQuick);

        // One quick sync is enough: the others may have waited for a processor.
        Note(pace, 31, 10_000);
        pace.Note(499);
        Assert.True(pace.IsQuick);
        Note(pace, 32, 500);
        Assert.False(pace.IsQuick);
    }

    private static void Note(SyncPace pace, int times, long nanoseconds)
    {
        for (var time = 0; time < times; time++)
        {
            pace.Note(nanoseconds);
        }
    }
}
