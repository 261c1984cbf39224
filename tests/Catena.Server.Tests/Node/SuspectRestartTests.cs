using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Server.Node;
using Catena.Storage;
using Catena.Storage.Devices;

namespace Catena.Server.Tests.Node;

/// <summary>What a node that may have lost the end of its logs remembers of that.</summary>
public sealed class SuspectRestartTests : IDisposable
{
    private static readonly NodeId Self = new(1);
    private static readonly PartitionId Partition = new(3);

    private readonly string _folder = Directory.CreateTempSubdirectory("catena-").FullName;

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void A_log_that_is_suspect_after_an_unclean_stop_stays_so_through_clean_ones(bool syncsEveryWrite, bool isSuspect)
    {
        using (var device = new FileSystemDevice(_folder))
        using (var storage = NodeStorage.Open(device, new NodeStorageOptions { SegmentBytes = 65_536 }))
        {
            storage.Initialize(new NodeIdentity(Guid.NewGuid(), Self));
            var node = Start(storage, syncsEveryWrite);
            Configure(node);
            storage.Flush(sync: true);
            Assert.False(IsSuspect(node));

            // Disposed and not closed, which leaves what a kill leaves.
        }

        for (var life = 0; life < 3; life++)
        {
            using var device = new FileSystemDevice(_folder);
            using var storage = NodeStorage.Open(device, new NodeStorageOptions { SegmentBytes = 65_536 });
            Assert.Equal(life == 0, storage.UncleanStop);
            Assert.Equal(isSuspect, IsSuspect(Start(storage, syncsEveryWrite)));
            storage.Close();
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static NodeCore Start(NodeStorage storage, bool syncsEveryWrite)
    {
        var settings = new NodeCoreSettings { Self = Self, Partitions = new PartitionMap(8), MinInSync = 2, SyncsEveryWrite = syncsEveryWrite };
        return new NodeCore(settings, storage, new QuietPorts());
    }

    private static void Configure(NodeCore node) => node.Reconfigure(Partition, new Configuration
    {
        Epoch = new Epoch(1),
        Mode = ReplicationMode.PrimaryBackup,
        Members = [Self, new NodeId(2)],
    });

    private static bool IsSuspect(NodeCore node) => node.FindHost(Partition)!.Status.IsSuspect;
}
