using Catena.Core.Primitives;
using Catena.Storage.Devices;
using Catena.Storage.Errors;

namespace Catena.Storage.Tests.Devices;

public sealed class FileSystemDeviceTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), "catena-storage-" + Path.GetRandomFileName());

    public void Dispose() => Directory.Delete(_path, recursive: true);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_allocated_file_is_long_enough_and_empty_whether_it_is_filled_or_not(bool syncs)
    {
        using var device = new FileSystemDevice(_path) { SyncsAppends = syncs };
        using var file = device.Open("file", create: true);
        file.Write(0, [1, 2, 3]);
        file.Allocate(3_000_000);
        var bytes = new byte[3_000_000];
        Assert.Equal((3_000_000, 3_000_000), (file.Length, file.Read(0, bytes)));
        Assert.Equal([1, 2, 3, 0], bytes[..4]);
        Assert.False(bytes.AsSpan(4).ContainsAnyExcept((byte)0));
        file.Allocate(10);
        Assert.Equal(3_000_000, file.Length);
    }

    [Fact]
    public void A_storage_lives_in_a_real_directory()
    {
        var store = new PartitionId(4);
        ulong digest;
        using (var device = new FileSystemDevice(_path))
        using (var storage = Sample.Create(device))
        {
            for (var number = 0; number < 500; number++)
            {
                Sample.Append(storage.Partition(store), 1, Sample.Put([(byte)number], Sample.Bytes(number, number)));
                if (number % 10 == 0)
                {
                    storage.Flush(sync: true);
                }
            }

            storage.Partition(store).ApplyThrough(499);
            digest = storage.Partition(store).Digest();
            storage.Flush(sync: true);
        }

        using (var device = new FileSystemDevice(_path))
        using (var storage = NodeStorage.Open(device, Sample.SmallSegments))
        {
            Assert.True(storage.UncleanStop);
            Assert.Equal(500UL, storage.Partition(store).LastLsn.Sequence);
            Assert.Equal(499UL, storage.Partition(store).Applied.Sequence);
            Assert.Equal(digest, storage.Partition(store).Digest());
            storage.Close();
        }

        using (var device = new FileSystemDevice(_path))
        using (var storage = NodeStorage.Open(device, Sample.SmallSegments))
        {
            Assert.False(storage.UncleanStop);
        }
    }

    [Fact]
    public void A_directory_is_held_by_one_at_a_time()
    {
        using (var device = new FileSystemDevice(_path))
        {
            var refused = Assert.Throws<StorageFailedException>(() => new FileSystemDevice(_path));
            Assert.Contains(_path, refused.Message, StringComparison.Ordinal);
        }

        using var again = new FileSystemDevice(_path);
        Assert.Empty(again.List());
    }

    [Fact]
    public void Files_are_created_allocated_renamed_and_deleted()
    {
        using var device = new FileSystemDevice(_path);
        Assert.Throws<FileNotFoundException>(() => device.Open("a", create: false));
        using (var file = device.Open("a", create: true))
        {
            file.Allocate(3_000_000);
            file.Allocate(10);
            Assert.Equal(3_000_000, file.Length);
            file.Write(2_999_998, [1, 2]);
            file.Sync();
            var read = new byte[10];
            Assert.Equal(4, file.Read(2_999_996, read));
            Assert.Equal([0, 0, 1, 2], read[..4]);
            Assert.Equal(0, file.Read(4_000_000, read));
            file.SetLength(5);
            Assert.Equal(5, file.Length);
        }

        device.Open("b", create: true).Dispose();
        device.Rename("a", "b");
        device.SyncDirectory();
        Assert.Equal(["b"], device.List());
        Assert.False(device.Exists("a"));
        device.Delete("b");
        device.Delete("b");
        Assert.Empty(device.List());
        Assert.True(device.FreeBytes > 0);
        Assert.Throws<ArgumentException>(() => device.Open("../escape", create: true));
    }
}
