using System.Buffers;
using Catena.Core.Primitives;
using Catena.ZooKeeper.Jute;
using Catena.ZooKeeper.Protocol;
using Catena.ZooKeeper.Server;
using Catena.ZooKeeper.Server.Storage;
using Catena.ZooKeeper.Tests.Protocol;
using Catena.ZooKeeper.Tests.Support;
using Catena.ZooKeeper.Tree;
using Microsoft.Extensions.Logging.Abstractions;

namespace Catena.ZooKeeper.Tests.Server;

public sealed class ServerEngineTests : IDisposable
{
    private const ulong Seed = 13579;
    private readonly TemporaryDirectory _directory = new();
    private readonly EmbeddedZooKeeperServerOptions _options;
    private readonly TransactionStore _store;
    private readonly ServerEngine _engine;
    private Action _onFlush = static () => { };
    private long _links;

    public ServerEngineTests()
    {
        _options = new EmbeddedZooKeeperServerOptions { DataDirectory = _directory.Path, TickTime = TimeSpan.FromMilliseconds(100), MaxFrameBytes = 2048 };
        _store = TransactionStore.Open(_directory.Path, 64 * 1024, NullLogger.Instance, _ => _onFlush());
        _engine = new ServerEngine(_store, _options);
    }

    public void Dispose()
    {
        _store.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void No_bytes_from_a_client_harm_the_engine_or_others()
    {
        var random = new Prng(Seed);
        for (var round = 0; round < 3000; round++)
        {
            try
            {
                var link = Open();
                if (random.Chance(0.9))
                {
                    Greet(link);
                }

                var bytes = ParserFuzzTests.Mutate(random, Requests(random));
                var (consumed, _) = _engine.Receive(link, new ReadOnlySequence<byte>(bytes));
                _engine.Finish();
                Assert.InRange(new ReadOnlySequence<byte>(bytes).GetOffset(consumed), 0, bytes.Length);
                _engine.Gone(link);
                if (random.Chance(0.1))
                {
                    _engine.Tick(200);
                    _engine.Finish();
                }
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {Seed}, round {round}: {e}");
            }
        }

        Assert.Equal(0, _store.Tree.Watches.Count);
        var good = Open();
        Greet(good);
        Receive(good, 1, OpCode.Create, writer => OpCodec.Write(writer, new CreateOp("/good", default)));
        Assert.Equal(ErrorCode.Ok, _store.Tree.Exists("/good", out _));
    }

    [Fact]
    public void Nothing_is_told_before_it_is_on_disk_not_even_to_a_reader_that_saw_it()
    {
        var writer = Open();
        var reader = Open();
        Greet(writer);
        Greet(reader);
        _store.Tree.Watches.Add(reader.Id, "/a", WatchKind.Data);
        var told = (writer.Outgoing.Unsent, reader.Outgoing.Unsent);
        var flushes = 0;
        _onFlush = () =>
        {
            flushes++;
            Assert.Equal(told, (writer.Outgoing.Unsent, reader.Outgoing.Unsent));
        };
        Receive(writer, 1, OpCode.Create, body => OpCodec.Write(body, new CreateOp("/a", default)), finish: false);
        Receive(reader, 1, OpCode.GetChildren, body =>
        {
            body.String("/");
            body.Bool(false);
        }, finish: false);
        Assert.Equal(0, flushes);
        _engine.Finish();
        Assert.Equal(1, flushes);
        Assert.True(writer.Outgoing.Unsent > told.Item1 && reader.Outgoing.Unsent > told.Item2);
    }

    [Fact]
    public void A_server_that_was_stopped_for_long_does_not_take_that_for_its_clients_silence()
    {
        var link = Open();
        Greet(link, timeout: 1000);
        _engine.Tick(3_600_000);
        Assert.NotNull(_store.Tree.FindSession(link.SessionId));
        for (var i = 0; i < 12; i++)
        {
            _engine.Tick(100);
        }

        Assert.Null(_store.Tree.FindSession(link.SessionId));
        Assert.NotNull(link.Fault);
    }

    [Fact]
    public void A_connection_without_a_handshake_is_closed()
    {
        var link = Open();
        for (var i = 0; i < 101; i++)
        {
            Assert.Null(link.Fault);
            _engine.Tick(100);
        }

        Assert.NotNull(link.Fault);
    }

    [Fact]
    public void Replies_that_would_fill_memory_make_requests_wait()
    {
        var link = Open();
        Greet(link);
        Receive(link, 1, OpCode.Create, writer => OpCodec.Write(writer, new CreateOp("/a", new byte[1500])));
        var writer = new JuteWriter();
        for (var xid = 2; xid < 100; xid++)
        {
            var start = writer.BeginFrame();
            new RequestHeader(xid, OpCode.GetData).Write(writer);
            writer.String("/a");
            writer.Bool(false);
            writer.EndFrame(start);
        }

        var (consumed, mustWait) = _engine.Receive(link, new ReadOnlySequence<byte>(writer.WrittenMemory));
        Assert.True(mustWait);
        Assert.InRange(link.Staged.Length, 1, 3 * 2048);
        Assert.InRange(consumed.GetInteger(), 1, writer.Length - 1);
    }

    [Fact]
    public void A_client_that_does_not_read_is_cut_off()
    {
        var engine = new ServerEngine(_store, _options with { MaxOutgoingBytes = 5000 });
        var link = new ServerLink(1);
        engine.Open(link);
        Greet(link, engine: engine);
        for (var xid = 1; xid < 1000 && link.Fault is null; xid++)
        {
            Receive(link, xid, OpCode.GetChildren, writer =>
            {
                writer.String("/");
                writer.Bool(false);
            }, engine);
        }

        Assert.True(link.Ended.IsCancellationRequested);
    }

    private ServerLink Open()
    {
        var link = new ServerLink(++_links);
        _engine.Open(link);
        return link;
    }

    private void Greet(ServerLink link, int timeout = 4000, ServerEngine? engine = null)
    {
        var writer = new JuteWriter();
        var start = writer.BeginFrame();
        new ConnectRequest(0, timeout, 0, new byte[16], false).Write(writer);
        writer.EndFrame(start);
        (engine ?? _engine).Receive(link, new ReadOnlySequence<byte>(writer.WrittenMemory));
        (engine ?? _engine).Finish();
        Assert.NotEqual(0, link.SessionId);
    }

    private void Receive(ServerLink link, int xid, OpCode type, Action<JuteWriter> body, ServerEngine? engine = null, bool finish = true)
    {
        var writer = new JuteWriter();
        Request(writer, xid, type, body);
        (engine ?? _engine).Receive(link, new ReadOnlySequence<byte>(writer.WrittenMemory));
        if (finish)
        {
            (engine ?? _engine).Finish();
        }
    }

    private static void Request(JuteWriter writer, int xid, OpCode type, Action<JuteWriter> body)
    {
        var start = writer.BeginFrame();
        new RequestHeader(xid, type).Write(writer);
        body(writer);
        writer.EndFrame(start);
    }

    private static byte[] Requests(Prng random)
    {
        var transactions = new RandomTransactions(random.NextUInt64());
        var writer = new JuteWriter();
        for (var xid = 1; xid < 5; xid++)
        {
            var op = transactions.NextOp();
            Request(writer, xid, OpCodec.TypeOf(op), body => OpCodec.Write(body, op));
            Request(writer, xid, (OpCode)(random.Next(120) - 12), body =>
            {
                body.String(transactions.NextPath());
                body.Int(random.Next(4));
            });
            Request(writer, xid, OpCode.Multi, body => MultiCodec.WriteRequest(body, [transactions.NextOp(), transactions.NextOp()]));
            Request(writer, xid, OpCode.SetWatches2, body => new SetWatches(0, ["/a"], ["/b"], ["/c"], ["/"], ["/"]).Write(body, true));
        }

        return writer.Written.ToArray();
    }
}
