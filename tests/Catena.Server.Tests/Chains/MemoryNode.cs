using System.Buffers;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Core.Replication.Leases;
using Catena.Core.Replication.Messages;
using Catena.Core.Transactions;
using Catena.Server.Node;
using Catena.Storage;
using Catena.Storage.Devices;

namespace Catena.Server.Tests.Chains;

/// <summary>A node of a <see cref="MemoryCluster" />: its core and storage, and a way out to the others.</summary>
internal sealed class MemoryNode : INodePorts, IDisposable
{
    private readonly MemoryCluster _cluster;
    private readonly string _folder = Directory.CreateTempSubdirectory("catena-").FullName;
    private readonly FileSystemDevice _device;
    private readonly NodeStorage _storage;
    private readonly Queue<long> _holdLimits = new();
    private bool _grew = true;
    private long _holdLimit;

    public MemoryNode(MemoryCluster cluster, NodeId id, int minInSync)
    {
        _cluster = cluster;
        Id = id;
        _device = new FileSystemDevice(_folder);
        _storage = NodeStorage.Open(_device, new NodeStorageOptions { SegmentBytes = 1 << 18 });
        _storage.Initialize(new NodeIdentity(Guid.Parse("0f8fad5b-d9cb-469f-a165-70867728950e"), id));
        var settings = new NodeCoreSettings
        {
            Self = id,
            Partitions = new PartitionMap(1),
            MinInSync = minInSync,
            Patience = MemoryCluster.PatienceMilliseconds * MemoryCluster.Millisecond,
        };
        Core = new NodeCore(settings, _storage, this);
    }

    public NodeId Id { get; }

    public NodeCore Core { get; }

    public long Now => _cluster.Now;

    public long WallMilliseconds => _cluster.WallMilliseconds;

    public bool IsDiskStalled => false;

    public void Flush()
    {
        if (_grew)
        {
            _grew = false;
            _storage.Flush(sync: false);
            Core.Flushed();
        }
    }

    public void Send(in Envelope envelope)
    {
        // What it borrows is copied, as on a wire.
        var bytes = new ArrayBufferWriter<byte>();
        MessageCodec.Write(bytes, envelope.Message);
        _cluster.Post(new MemoryMessage(Id, envelope.To, MessageCodec.TryRead(bytes.WrittenMemory)!));
    }

    public void Send(NodeId to, Beacon beacon) => _cluster.Post(new MemoryMessage(Id, to, beacon));

    public void Send(NodeId to, BeaconReply reply) => _cluster.Post(new MemoryMessage(Id, to, reply));

    public void Send(NodeId to, LeaseReturn returned) => _cluster.Post(new MemoryMessage(Id, to, returned));

    public void Propose(PartitionId partition, Configuration next) => _cluster.Propose(next);

    public void Learnt(PartitionId partition, Configuration configuration)
    {
        // Nobody routes here.
    }

    public void HurryBeacons()
    {
        // The next tick comes soon.
    }

    public void InDoubt(PartitionId participant, PreparedTransaction prepared) => _cluster.Doubts.Add(prepared.Id);

    public void Undelivered(PartitionId home, in TransactionId id, in TransactionDecision decision, bool mayForget) => _cluster.Undelivered.Add((id, mayForget));

    public void SendQueued()
    {
        // Nothing is queued here.
    }

    public bool IsFlusherAtWork { get; set; }

    public long HoldLimit
    {
        get => _holdLimits.TryDequeue(out var limit) ? limit : _holdLimit;
        set => _holdLimit = value;
    }

    public bool GathersHere { get; set; }

    /// <summary>Whether a flush was asked for since the last.</summary>
    public bool Grew => _grew;

    /// <summary>Has the limit be another one when it is read next.</summary>
    public void HoldOnce(long limit) => _holdLimits.Enqueue(limit);

    public bool TryFlushHere(bool isFirst)
    {
        _grew = true;
        return false;
    }

    public void JournalGrew() => _grew = true;

    public void Report(PartitionId partition, in ReplicaEvent happened)
    {
        // Nobody listens.
    }

    public void ReportPeer(NodeId peer, bool isSuspected, string cause)
    {
        // Nobody listens.
    }

    public void Dispose()
    {
        _storage.Dispose();
        _device.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
