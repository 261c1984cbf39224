using System.Text;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Server.Node;
using Catena.Server.Partitions;
using Catena.Server.Routing;
using Catena.Storage;
using Catena.Storage.Devices;
using Catena.Storage.Partitions;

namespace Catena.Server.Tests.Backups;

/// <summary>A node whose partitions have it as their only member, without sockets and threads: what is appended is flushed when the test says so.</summary>
internal sealed class LoneNode : ICommandSink, IDisposable
{
    private static readonly NodeId Self = new(7);

    private readonly string _folder = Directory.CreateTempSubdirectory("catena-").FullName;
    private readonly FileSystemDevice _device;
    private readonly NodeStorage _storage;
    private readonly PartitionMap _map;

    public LoneNode(int partitions = 1, int retainedLogEntries = 1000, long wallMilliseconds = 1_700_000_000_000)
    {
        Ports.WallMilliseconds = wallMilliseconds;
        _map = new PartitionMap(partitions);
        _device = new FileSystemDevice(_folder);
        _storage = NodeStorage.Open(_device, new NodeStorageOptions { SegmentBytes = 1 << 20, RetainedLogEntries = retainedLogEntries });
        _storage.Initialize(new NodeIdentity(Cluster, Self));
        Core = new NodeCore(new NodeCoreSettings { Self = Self, Partitions = _map, MinInSync = 1 }, _storage, Ports);
        for (ushort partition = 0; partition < partitions; partition++)
        {
            Configure(new PartitionId(partition), 1, Self);
        }

        Flush();
    }

    public static Guid Cluster { get; } = Guid.Parse("0f8fad5b-d9cb-469f-a165-70867728950e");

    public SettablePorts Ports { get; } = new();

    public NodeCore Core { get; }

    /// <summary>The results of commands, in the order in which they came.</summary>
    public List<(long Tag, byte[] Result)> Results { get; } = [];

    public PartitionHost Host(ushort partition = 0) => Core.FindHost(new PartitionId(partition))!;

    public PartitionStore Store(ushort partition = 0) => _storage.Partition(new PartitionId(partition));

    public void Complete(long tag, ReadOnlySpan<byte> result) => Results.Add((tag, result.ToArray()));

    public void Configure(PartitionId partition, ulong epoch, params NodeId[] members) => Core.Reconfigure(partition, new Configuration
    {
        Epoch = new Epoch(epoch),
        Mode = ReplicationMode.PrimaryBackup,
        Members = [.. members],
    });

    public void Flush()
    {
        // A flush makes things stable, which makes further entries, such as an epoch's first.
        for (var round = 0; round < 4; round++)
        {
            _storage.Flush(sync: true);
            Core.Flushed();
        }
    }

    public void Put(string key, string value, long tag = 0, long expiry = 0) => Execute(new Command
    {
        Kind = CommandKind.Put,
        Slot = HashSlot.Of(Encoding.UTF8.GetBytes(key)).Value,
        Key = Encoding.UTF8.GetBytes(key),
        Value = Encoding.UTF8.GetBytes(value),
        Deadline = expiry,
    }, tag);

    public void Get(string key, long tag = 0) => Execute(new Command
    {
        Kind = CommandKind.Get,
        Slot = HashSlot.Of(Encoding.UTF8.GetBytes(key)).Value,
        Key = Encoding.UTF8.GetBytes(key),
    }, tag);

    public void Dispose()
    {
        _storage.Dispose();
        _device.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void Execute(in Command command, long tag) =>
        Core.FindHost(_map.Of(new HashSlot(command.Slot)))!.Execute(command, RequestId.None, this, tag);
}
