using System.Collections.Concurrent;
using Catena.Core.Primitives;
using Catena.Server.Listeners;
using Catena.Server.Metrics;
using Catena.Server.PubSub;

namespace Catena.Server.Tests.PubSub;

/// <summary>Nodes with a bus each, whose frames travel in order, one thread a node; a node can be paused, or cut off.</summary>
internal sealed class FakeNetwork : IDisposable
{
    private readonly List<Node> _nodes = [];
    private readonly NodeId[] _ids;

    public FakeNetwork(int count, ListenerOptions? options = null)
    {
        _ids = [.. Enumerable.Range(1, count).Select(number => new NodeId((ulong)number))];
        foreach (var id in _ids)
        {
            _nodes.Add(new Node(this, id, options ?? ListenerOptions.Default));
        }
    }

    public PubSubBus this[int node] => _nodes[node].Bus;

    public MetricsRegistry MetricsOf(int node) => _nodes[node].Metrics;

    /// <summary>Lets frames for a node wait, or be handed to it again.</summary>
    public void Pause(int node, bool isPaused)
    {
        if (isPaused)
        {
            _nodes[node].Open.Reset();
        }
        else
        {
            _nodes[node].Open.Set();
        }
    }

    /// <summary>Lets frames for a node be refused, or taken again.</summary>
    public void Cut(int node, bool isCut) => _nodes[node].IsCut = isCut;

    public void Dispose()
    {
        // Frames still under way go nowhere.
        _nodes.ForEach(node => node.IsCut = true);
        _nodes.ForEach(node => node.Dispose());
    }

    private sealed class Node : IPubSubPort, IDisposable
    {
        private readonly FakeNetwork _network;
        private readonly NodeId _id;
        private readonly NodeId[] _peers;
        private readonly BlockingCollection<(NodeId From, byte[] Frame)> _arrived = [];
        private readonly Thread _thread;
        private readonly Timer _ticker;

        public Node(FakeNetwork network, NodeId id, ListenerOptions options)
        {
            _network = network;
            _id = id;
            _peers = [.. network._ids.Where(other => other != id)];
            Bus = new PubSubBus(this, id.Value, options, Metrics, () => Environment.TickCount64 * 1_000_000);
            _thread = new Thread(Run) { IsBackground = true };
            _thread.Start();
            _ticker = new Timer(_ => Bus.Tick(), null, 5, 5);
        }

        public PubSubBus Bus { get; }

        public MetricsRegistry Metrics { get; } = new();

        public ManualResetEventSlim Open { get; } = new(true);

        public volatile bool IsCut;

        public ReadOnlySpan<NodeId> Peers => _peers;

        public bool TrySend(NodeId to, ReadOnlySpan<byte> frame, int maxQueue)
        {
            var target = _network._nodes[(int)to.Value - 1];
            if (target.IsCut)
            {
                return false;
            }

            lock (target._arrived)
            {
                if (!target._arrived.IsAddingCompleted)
                {
                    target._arrived.Add((_id, frame.ToArray()));
                }
            }

            return true;
        }

        public void Dispose()
        {
            _ticker.Dispose();
            lock (_arrived)
            {
                _arrived.CompleteAdding();
            }

            Open.Set();
            _thread.Join();
        }

        private void Run()
        {
            foreach (var (from, frame) in _arrived.GetConsumingEnumerable())
            {
                Open.Wait();
                Assert.True(Bus.Receive(from, frame));
            }
        }
    }
}
