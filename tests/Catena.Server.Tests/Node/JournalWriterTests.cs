using Catena.Core.Primitives;
using Catena.Server.Loops;
using Catena.Server.Node;
using Catena.Storage;
using Catena.Storage.Devices;

namespace Catena.Server.Tests.Node;

public sealed class JournalWriterTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("catena-").FullName;

    /// <summary>
    /// A flush can take an entry before its partition has noted where it ends; the partition then asks for another, which finds nothing to
    /// write, and must be told all the same. A lone entry in a quiet partition would otherwise never count as stable.
    /// </summary>
    [Fact]
    public void Who_asks_for_a_flush_is_told_even_if_an_earlier_one_has_taken_everything()
    {
        using var device = new FileSystemDevice(_folder);
        using var storage = Create(device);
        using var told = new SemaphoreSlim(0);
        using var writer = new JournalWriter(storage, Options(Durability.Always), () => told.Release(), reason => Assert.Fail(reason.ToString()));
        writer.Start();
        for (var time = 0; time < 3; time++)
        {
            writer.Grew();
            Assert.True(told.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public void Where_nothing_is_synced_who_appended_flushes()
    {
        using var device = new FileSystemDevice(_folder);
        using var storage = Create(device);
        var tellers = new List<int>();
        using var writer = new JournalWriter(storage, Options(Durability.Os), () => tellers.Add(Environment.CurrentManagedThreadId), reason => Assert.Fail(reason.ToString()));
        Append(storage, "record"u8);
        Assert.True(writer.TryFlushHere(isFirst: true));
        Assert.Equal([Environment.CurrentManagedThreadId], tellers);
        Assert.Equal(storage.AppendedPosition, storage.DurablePosition);
    }

    /// <summary>A segment is synced when it ends, while all wait: little of it may be left then.</summary>
    [Fact]
    public void Where_nothing_is_synced_the_thread_syncs_megabyte_by_megabyte()
    {
        using var files = new FileSystemDevice(_folder);
        var device = new CountingDevice(files);
        using var storage = Create(device, segmentBytes: 8 << 20);
        using var writer = new JournalWriter(storage, Options(Durability.Os), () => { }, reason => Assert.Fail(reason.ToString()));
        writer.Start();
        var synced = device.Syncs;
        for (var megabytes = 0; megabytes < 3; megabytes++)
        {
            Append(storage, new byte[1 << 20]);
            Assert.True(writer.TryFlushHere(isFirst: true));
            Assert.True(SpinWait.SpinUntil(() => device.Syncs > synced, TimeSpan.FromSeconds(30)));
            synced = device.Syncs;
        }
    }

    [Fact]
    public void Where_every_write_is_synced_the_thread_flushes()
    {
        using var device = new FileSystemDevice(_folder);
        using var storage = Create(device);
        using var told = new SemaphoreSlim(0);
        var teller = 0;
        void Tell()
        {
            teller = Environment.CurrentManagedThreadId;
            told.Release();
        }

        using var writer = new JournalWriter(storage, Options(Durability.Always), Tell, reason => Assert.Fail(reason.ToString()));
        writer.Start();
        Append(storage, "record"u8);
        Assert.False(writer.TryFlushHere(isFirst: true));
        Assert.True(told.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        Assert.NotEqual(Environment.CurrentManagedThreadId, teller);
    }

    /// <summary>What is told of a flush may lead to another: not within the first, which would be told twice over.</summary>
    [Fact]
    public void A_flush_within_a_flush_is_left_to_the_thread()
    {
        using var device = new FileSystemDevice(_folder);
        using var storage = Create(device);
        JournalWriter? writer = null;
        using var told = new SemaphoreSlim(0);
        var inner = new List<bool>();
        var here = Environment.CurrentManagedThreadId;
        void Tell()
        {
            if (Environment.CurrentManagedThreadId == here)
            {
                Append(storage, "another"u8);
                var other = new Thread(() => inner.Add(writer!.TryFlushHere(isFirst: true)));
                other.Start();
                other.Join();
            }
            else
            {
                told.Release();
            }
        }

        using (writer = new JournalWriter(storage, Options(Durability.Os), Tell, reason => Assert.Fail(reason.ToString())))
        {
            writer.Start();
            Append(storage, "record"u8);
            Assert.True(writer.TryFlushHere(isFirst: true));
            Assert.Equal([false], inner);
            Assert.True(told.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
            Assert.Equal(storage.AppendedPosition, storage.DurablePosition);
        }
    }

    [Theory]
    [InlineData(long.MaxValue, true)]
    [InlineData(0, false)]
    public void A_quick_disk_is_synced_by_the_loop_and_another_by_the_thread(long quickSync, bool isOnLoop) => WithLoop(quickSync, (writer, storage, isTellerLoop) =>
    {
        // Whether the disk is quick is told after 32 syncs.
        var teller = false;
        for (var sync = 0; sync < 40; sync++)
        {
            Append(storage, "record"u8);
            teller = isTellerLoop();
            Assert.Equal(storage.AppendedPosition, storage.DurablePosition);
        }

        Assert.Equal(isOnLoop, teller);
        writer.SyncOnThread();
        Assert.False(isTellerLoop());
    });

    /// <summary>A flush that finds nothing takes no time, and says nothing of the disk.</summary>
    [Fact]
    public void A_disk_does_not_become_quick_by_flushes_that_find_nothing() => WithLoop(quickSync: long.MaxValue, (_, _, isTellerLoop) =>
    {
        for (var sync = 0; sync < 100; sync++)
        {
            Assert.False(isTellerLoop());
        }
    });

    /// <summary>The thread meets a disk that hangs where it makes segments, too; the node must learn that it is stalled. Who appends goes on as long as there is another segment.</summary>
    [Fact]
    public void A_disk_that_hangs_while_space_is_made_counts_as_busy_and_keeps_nobody_waiting_before_it_must()
    {
        using var device = new FileSystemDevice(_folder);
        using var hanging = new HangingDevice(device);
        using var storage = Create(hanging);
        using var writer = new JournalWriter(storage, Options(Durability.Os), () => { }, reason => Assert.Fail(reason.ToString()));
        hanging.Hang();
        writer.Start();
        try
        {
            // A segment of which more than half is used wants another.
            Append(storage, new byte[40_000]);
            writer.TryFlushHere(isFirst: true);
            writer.Grew();
            Assert.True(hanging.Hangs.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
            Assert.True(SpinWait.SpinUntil(() => writer.BusyFor > 1_000_000, TimeSpan.FromSeconds(30)));
            var appending = new Thread(() => Append(storage, new byte[40_000]));
            appending.Start();
            Assert.True(appending.Join(TimeSpan.FromSeconds(30)));
        }
        finally
        {
            hanging.Release();
        }

        Assert.True(SpinWait.SpinUntil(() => writer.BusyFor == 0, TimeSpan.FromSeconds(30)));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void Append(NodeStorage storage, ReadOnlySpan<byte> record) => storage.Partition(new PartitionId(1)).SaveReplicaState(record);

    /// <summary>Runs a writer with a loop to sync on; the test's last argument asks for a flush and says whether the loop made it.</summary>
    private void WithLoop(long quickSync, Action<JournalWriter, NodeStorage, Func<bool>> test)
    {
        using var device = new FileSystemDevice(_folder);
        using var storage = Create(device);
        using var told = new SemaphoreSlim(0);
        var isTellerLoop = false;
        EventLoop? loop = null;
        void Tell()
        {
            isTellerLoop = loop!.IsCurrent;
            told.Release();
        }

        using var writer = new JournalWriter(storage, Options(Durability.Always), Tell, reason => Assert.Fail(reason.ToString()), quickSync);
        var turns = new FlushingTurns(writer);
        using (loop = new EventLoop("loop", turns))
        {
            loop.Start();
            writer.SyncOn(loop, turns.Grew);
            writer.Start();
            test(writer, storage, () =>
            {
                writer.Grew();
                Assert.True(told.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
                return isTellerLoop;
            });
        }
    }

    private static NodeStorage Create(IStorageDevice device, int segmentBytes = 65_536)
    {
        var storage = NodeStorage.Open(device, new NodeStorageOptions { SegmentBytes = segmentBytes });
        storage.Initialize(new NodeIdentity(Guid.NewGuid(), new NodeId(1)));
        return storage;
    }

    /// <summary>Turns that flush at their end where the journal has grown.</summary>
    private sealed class FlushingTurns(JournalWriter writer) : ITurns
    {
        private bool _grew;

        public void Grew() => _grew = true;

        public void EndTurn()
        {
            if (_grew)
            {
                _grew = false;
                writer.TryFlushHere(isFirst: true);
            }
        }
    }

    private NodeOptions Options(Durability durability) => new() { Name = "n", DataDirectory = _folder, ZooKeeper = "", PeerPort = 0, Durability = durability };
}
