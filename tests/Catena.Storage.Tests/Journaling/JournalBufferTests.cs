using Catena.Storage.Journaling;
using Catena.Storage.Tests.Disks;

namespace Catena.Storage.Tests.Journaling;

public sealed class JournalBufferTests
{
    [Fact]
    public void A_reader_gets_a_buffer_only_while_it_lives_where_the_reader_found_it()
    {
        using var pool = new JournalBufferPool(4096, 2);
        var segment = new Segment(7, new MemoryFile(new MemoryDisk(), new MemoryInode()), 65_536, mayHoldOldBytes: false);
        var position = JournalPosition.At(7, 1000);
        var buffer = pool.Rent(100);
        buffer.Begin(segment, 992);
        buffer.Extend(64).Clear();
        Assert.True(buffer.TryAcquire(position));
        Assert.False(buffer.TryAcquire(JournalPosition.At(7, 984)));
        Assert.False(buffer.TryAcquire(JournalPosition.At(7, 992 + 64)));

        // The journal lets go of it; the reader still has it.
        buffer.Release();
        Assert.NotSame(buffer, Rented(pool));
        Assert.True(buffer.TryAcquire(position));
        buffer.Release();
        buffer.Release();
        Assert.False(buffer.TryAcquire(position));

        // In its next life it is somewhere else.
        var again = pool.Rent(100);
        Assert.Same(buffer, again);
        again.Begin(segment, 8192);
        again.Extend(64).Clear();
        Assert.False(buffer.TryAcquire(position));
        again.Release();
    }

    private static JournalBuffer Rented(JournalBufferPool pool)
    {
        var buffer = pool.Rent(100);
        buffer.Free();
        return buffer;
    }
}
