using System.Text;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Core.Replication.Messages;
using Catena.Core.Transactions;
using Catena.Server.Node;
using Catena.Server.Partitions;
using Catena.Server.Routing;

namespace Catena.Server.Tests.Chains;

/// <summary>
/// Nodes 1, 2 and so on with one partition, wired in memory: messages are delivered, journals flushed and clocks moved on when the test says
/// so, and the coordinator is a variable.
/// </summary>
internal sealed class MemoryCluster : ICommandSink, IDisposable
{
    public const long Millisecond = 1_000_000;

    /// <summary>How long a result waits: less than a silence that is suspected.</summary>
    public const int PatienceMilliseconds = 150;

    private static readonly PartitionId Partition = new(0);

    private readonly MemoryNode[] _nodes;
    private readonly Queue<MemoryMessage> _queue = new();
    private readonly List<MemoryMessage> _held = [];

    public MemoryCluster(ReplicationMode mode, int nodes = 3, int minInSync = 2)
    {
        _nodes = [.. Enumerable.Range(1, nodes).Select(number => new MemoryNode(this, new NodeId((ulong)number), minInSync))];
        foreach (var node in _nodes)
        {
            node.Core.SetPeers(_nodes.Select(other => other.Id));
        }

        Configuration = new Configuration { Epoch = new Epoch(1), Mode = mode, Members = [.. _nodes.Select(node => node.Id)] };
        Configure(Configuration);
        Pass(400);
        Assert.True(Host(1).IsServing, "the first member serves");
        Assert.True(Host(Configuration.Reader).IsReading, "the reader reads");
    }

    public long Now { get; set; } = 1_000_000_000;

    public long WallMilliseconds { get; set; } = 1_700_000_000_000;

    /// <summary>What the coordinator holds.</summary>
    public Configuration Configuration { get; private set; }

    /// <summary>Which messages are lost.</summary>
    public Func<MemoryMessage, bool> Cuts { get; set; } = _ => false;

    /// <summary>Which messages wait until <see cref="Release" />.</summary>
    public Func<MemoryMessage, bool> Holds { get; set; } = _ => false;

    /// <summary>The replicas' messages that were delivered.</summary>
    public List<MemoryMessage> Delivered { get; } = [];

    /// <summary>The results of commands by tag.</summary>
    public Dictionary<long, byte[]> Results { get; } = [];

    /// <summary>What was asked for of transactions in doubt, in order.</summary>
    public List<TransactionId> Doubts { get; } = [];

    /// <summary>Which decisions were to be brought to their participants, in order, and whether they may be forgotten then.</summary>
    public List<(TransactionId Id, bool MayForget)> Undelivered { get; } = [];

    public PartitionHost Host(ulong node) => Host(new NodeId(node));

    public PartitionHost Host(NodeId node) => _nodes.Single(one => one.Id == node).Core.FindHost(Partition)!;

    public MemoryNode Node(ulong node) => _nodes.Single(one => one.Id.Value == node);

    public NodeCore Core(ulong node) => Node(node).Core;

    /// <summary>Whether a node takes each message in a turn of its own.</summary>
    public bool DeliversInTurns { get; set; }

    /// <summary>What is on its way.</summary>
    public IEnumerable<MemoryMessage> UnderWay => _queue;

    /// <summary>How many questions for the position have arrived at the reader.</summary>
    public int Questions => Delivered.Count(message => message.Content is PositionAsk);

    public void Complete(long tag, ReadOnlySpan<byte> result) => Results.Add(tag, result.ToArray());

    public void Post(MemoryMessage message) => _queue.Enqueue(message);

    /// <summary>Takes a proposal, as the coordinator does: by compare-and-set.</summary>
    public void Propose(Configuration next)
    {
        if (Configuration.Epoch == next.Follows)
        {
            Configure(next);
        }
    }

    /// <summary>Has the coordinator hold a configuration, and everybody hear of it.</summary>
    public void Configure(Configuration next)
    {
        Configuration = next;
        foreach (var node in _nodes)
        {
            Post(new MemoryMessage(node.Id, node.Id, next));
        }
    }

    /// <summary>Delivers messages and flushes journals until there is nothing left to do.</summary>
    public void Work()
    {
        do
        {
            while (_queue.TryDequeue(out var message))
            {
                if (Holds(message))
                {
                    _held.Add(message);
                }
                else if (message.Content is Configuration || !Cuts(message))
                {
                    Deliver(message);
                }
            }

            foreach (var node in _nodes)
            {
                node.Flush();
            }
        }
        while (_queue.Count > 0);
    }

    /// <summary>Delivers what was held, and holds nothing any more.</summary>
    public void Release()
    {
        Holds = _ => false;
        _held.ForEach(_queue.Enqueue);
        _held.Clear();
        Work();
    }

    /// <summary>Lets time pass for everybody, and works meanwhile.</summary>
    public void Pass(int milliseconds)
    {
        Work();
        for (var end = Now + (milliseconds * Millisecond); Now < end;)
        {
            Now += 5 * Millisecond;
            WallMilliseconds += 5;
            foreach (var node in _nodes)
            {
                node.Core.Tick();
            }

            Work();
        }
    }

    /// <summary>Asks a node for anything.</summary>
    public void Execute(ulong node, long tag, in RequestId request, in Command command)
    {
        // As the router does: past the partition's lock first.
        if (!Host(node).TryRead(command, this, tag))
        {
            Host(node).Execute(command, request, this, tag);
        }
    }

    public void Put(
        ulong node, string key, string value, long tag, CommandFlags flags = CommandFlags.None, long expiry = 0, RequestId request = default) => Execute(node, tag, request, new Command
        {
            Kind = CommandKind.Put,
            Flags = flags,
            Slot = HashSlot.Of(Encoding.UTF8.GetBytes(key)).Value,
            Key = Encoding.UTF8.GetBytes(key),
            Value = Encoding.UTF8.GetBytes(value),
            Deadline = expiry,
        });

    /// <summary>Asks for a key.</summary>
    /// <param name="node">Who is asked.</param>
    /// <param name="key">The key.</param>
    /// <param name="tag">What the result comes with.</param>
    /// <param name="staleness">How many milliseconds the answer may be out of date; -1 for a linearizable read.</param>
    public void Get(ulong node, string key, long tag, long staleness = -1) => Execute(node, tag, RequestId.None, new Command
    {
        Kind = CommandKind.Get,
        Flags = staleness < 0 ? CommandFlags.None : CommandFlags.Stale,
        Slot = HashSlot.Of(Encoding.UTF8.GetBytes(key)).Value,
        Key = Encoding.UTF8.GetBytes(key),
        Number = Math.Max(staleness, 0),
    });

    /// <summary>Writes a key, which everybody has applied afterwards.</summary>
    public void Write(string key, string value, long expiry = 0)
    {
        Put(1, key, value, tag: -1, expiry: expiry);
        Pass(50);
        Assert.Equal(ResultKind.Ok, new ResultReader(Results[-1]).Kind);
        Results.Remove(-1);
    }

    /// <summary>A result as text: the value, or what it is, with its age in milliseconds behind it where it has one; empty where it has not come.</summary>
    public string Result(long tag)
    {
        if (!Results.TryGetValue(tag, out var bytes))
        {
            return "";
        }

        var reader = new ResultReader(bytes);
        var text = reader.Kind switch
        {
            ResultKind.Value => Encoding.UTF8.GetString(reader.Value),
            ResultKind.Error => reader.Error.ToString(),
            var kind => kind.ToString(),
        };
        return reader.IsAged ? $"{text} {reader.Age}" : text;
    }

    public void Dispose()
    {
        foreach (var node in _nodes)
        {
            node.Dispose();
        }
    }

    private void Deliver(MemoryMessage message)
    {
        var core = _nodes.Single(node => node.Id == message.To).Core;
        if (DeliversInTurns)
        {
            core.BeginTurn();
            Deliver(core, message);
            core.EndTurn();
        }
        else
        {
            Deliver(core, message);
        }
    }

    private void Deliver(NodeCore core, MemoryMessage message)
    {
        switch (message.Content)
        {
            case Configuration configuration:
                core.Reconfigure(Partition, configuration);
                break;
            case ReplicaMessage replica:
                Delivered.Add(message);
                core.Receive(message.From, Partition, replica);
                break;
            case Core.Replication.Leases.Beacon beacon:
                core.Receive(message.From, beacon);
                break;
            case Core.Replication.Leases.BeaconReply reply:
                core.Receive(message.From, reply);
                break;
            case Core.Replication.Leases.LeaseReturn returned:
                core.Receive(message.From, returned);
                break;
        }
    }
}
