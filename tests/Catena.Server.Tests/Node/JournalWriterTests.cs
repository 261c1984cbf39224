using Catena.Core.Primitives;
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
        using var storage = NodeStorage.Open(device, new NodeStorageOptions { SegmentBytes = 65_536 });
        storage.Initialize(new NodeIdentity(Guid.NewGuid(), new NodeId(1)));
        var options = new NodeOptions { Name = "n", DataDirectory = _folder, ZooKeeper = "", PeerPort = 0 };
        using var told = new SemaphoreSlim(0);
        using var writer = new JournalWriter(storage, options, () => told.Release(), reason => Assert.Fail(reason.ToString()));
        writer.Start();
        for (var time = 0; time < 3; time++)
        {
            writer.Grew();
            Assert.True(told.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
