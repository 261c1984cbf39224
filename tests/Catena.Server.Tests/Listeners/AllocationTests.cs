using System.Net;
using System.Text;
using Catena.Core.Data;
using Catena.Server.Listeners;
using Catena.Server.Listeners.Redis;
using Catena.Server.Metrics;
using Catena.Server.Node;
using Catena.Server.Routing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Catena.Server.Tests.Listeners;

[Collection(nameof(AllocationTests))]
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
public sealed class AllocationTests
{
    private const int Rounds = 200;
    private const int CommandsPerRound = 200;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Gets_and_sets_allocate_nothing_in_the_steady_state(bool inline)
    {
        var router = new ConstantRouter(inline);
        var node = new NodeOptions { Name = "n", DataDirectory = "/nowhere", ZooKeeper = "127.0.0.1:1", PeerPort = 1 };
        await using var listener = new RedisListener(
            new IPEndPoint(IPAddress.Loopback, 0),
            node,
            ListenerOptions.Default,
            router,
            new FakeCluster(),
            TimeProvider.System,
            new MetricsRegistry(),
            NullLogger.Instance);
        listener.Start();
        using var client = new Wire(listener.EndPoint);
        var requests = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, CommandsPerRound)
            .Select(i => i % 20 < 10 ? Wire.Encode("SET", $"key-{i}", "value") : Wire.Encode("GET", $"key-{i}"))));
        var replies = new byte[CommandsPerRound / 20 * 10 * ("+OK\r\n".Length + "$5\r\nvalue\r\n".Length)];

        Run(client, requests, replies);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        Run(client, requests, replies);
        var perCommand = (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)(Rounds * CommandsPerRound);

        // Other tests' threads, the runtime's own and the test's share are in the figure; an allocation a command would be 24 at least.
        Assert.True(perCommand < 2, $"{perCommand:F2} bytes a command");
    }

    private static void Run(Wire client, byte[] requests, byte[] replies)
    {
        for (var round = 0; round < Rounds; round++)
        {
            client.Send(requests);
            var read = 0;
            while (read < replies.Length)
            {
                read += client.Socket.Receive(replies.AsSpan(read));
            }
        }
    }

    /// <summary>Answers everything alike: reads at once, writes at once or from a thread of its own.</summary>
    private sealed class ConstantRouter : ICommandRouter
    {
        private static readonly byte[] Ok = [(byte)ResultKind.Ok];
        private static readonly byte[] Value = [(byte)ResultKind.Value, 1, 1, 5, .. "value"u8];

        private readonly (ICommandSink Sink, long Tag)[] _waiting = new (ICommandSink, long)[4096];
        private readonly bool _inline;
        private int _count;

        public ConstantRouter(bool inline)
        {
            _inline = inline;
            if (!inline)
            {
                new Thread(CompleteAll) { IsBackground = true }.Start();
            }
        }

        public void Execute(in Command command, ICommandSink sink, long tag)
        {
            if (!command.IsWrite)
            {
                sink.Complete(tag, Value);
            }
            else if (_inline)
            {
                sink.Complete(tag, Ok);
            }
            else
            {
                lock (_waiting)
                {
                    _waiting[_count++] = (sink, tag);
                    Monitor.Pulse(_waiting);
                }
            }
        }

        private void CompleteAll()
        {
            lock (_waiting)
            {
                while (true)
                {
                    while (_count > 0)
                    {
                        var (sink, tag) = _waiting[--_count];
                        sink.Complete(tag, Ok);
                    }

                    Monitor.Wait(_waiting);
                }
            }
        }
    }
}
