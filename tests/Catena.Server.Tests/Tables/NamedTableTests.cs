using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Text;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Core.Transactions.Coordination;
using Catena.Protocols.Thrift;
using Catena.Server.Listeners;
using Catena.Server.Listeners.Thrift;
using Catena.Server.Metrics;
using Catena.Server.Node;
using Catena.Server.Tests.Backups;
using Catena.Server.Tests.Listeners;
using Catena.Server.Transactions;

namespace Catena.Server.Tests.Tables;

/// <summary>Named tables as clients of the Thrift interface have them: two nodes' listeners over the same partitions.</summary>
public sealed class NamedTableTests : IAsyncLifetime
{
    private const int Partitions = 8;

    private readonly LoneNode _node = new(Partitions);
    private readonly LoneRouter _router;
    private readonly ThriftListener _one;
    private readonly ThriftListener _two;
    private readonly List<Wire> _wires = [];
    private int _sequence;

    public NamedTableTests()
    {
        _router = new LoneRouter(_node, Partitions);
        _one = Listen(1);
        _two = Listen(2);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        _wires.ForEach(wire => wire.Dispose());
        await _one.DisposeAsync();
        await _two.DisposeAsync();
        _node.Dispose();
    }

    [Fact]
    public void Every_call_works_on_a_named_table_and_leaves_the_default_one_alone()
    {
        var client = Connect(_one);
        Assert.Equal("NoSuchTable", Ask(client, Get("users", "k")));
        Assert.Equal("done", Ask(client, Whole(CatenaMethod.TableCreate, "users")));
        Assert.Equal("TableExists", Ask(client, Whole(CatenaMethod.TableCreate, "users")));
        Assert.Equal("written", Ask(client, Put("users", "k", "v")));
        Assert.Equal(("v", "absent"), (Ask(client, Get("users", "k")), Ask(client, Get("", "k"))));
        Assert.Equal("5", Ask(client, With(CatenaRequest.OfTable(CatenaMethod.TableIncrement, "users", "n"u8), request => request.Int64(3, 5))));
        Assert.Equal("2", Ask(client, With(CatenaRequest.OfTable(CatenaMethod.TableAppend, "users", "k"u8), request => request.Bytes(3, "w"u8))));
        Assert.Equal("-1", Ask(client, CatenaRequest.OfTable(CatenaMethod.TableExpiresAt, "users", "k"u8)));
        Assert.Equal(("2", "0"), (Ask(client, Whole(CatenaMethod.TableSize, "users")), Ask(client, Whole(CatenaMethod.TableSize, "default"))));
        Assert.Equal(["k=vw", "n=5"], ScanAll(client, "users", 100));
        Ask(client, Put("users", "{t}a", "1"));
        Assert.Equal("{t}a=1", Ask(client, With(new CatenaRequest(CatenaMethod.TableScanRange), request =>
        {
            request.Text(1, "users");
            request.AddRange("{t}"u8, default, 10);
        })));
        Assert.Equal("true", Ask(client, Apply(("users", "k", "x"), ("", "k", "y"))));
        Assert.Equal(("x", "y"), (Ask(client, Get("users", "k")), Ask(client, Get("default", "k"))));
        Assert.Equal("users", Ask(client, new CatenaRequest(CatenaMethod.TableNames)));
        Assert.Equal("done", Ask(client, Whole(CatenaMethod.TableDrop, "users")));
        Assert.Equal(("NoSuchTable", "NoSuchTable"), (Ask(client, Get("users", "k")), Ask(client, Whole(CatenaMethod.TableSize, "users"))));
        Assert.Equal("NoSuchTable", Ask(client, Whole(CatenaMethod.TableDrop, "users")));
        Assert.Equal("InvalidRequest", Ask(client, Whole(CatenaMethod.TableCreate, "a b")));
        Assert.Equal("y", Ask(client, Get("", "k")));
    }

    [Fact]
    public void What_another_node_has_dropped_and_created_again_is_found_by_all_kinds_of_calls()
    {
        var (here, there) = (Connect(_one), Connect(_two));
        foreach (var call in new Func<CatenaRequest>[]
        {
            () => Get("users", "k"),
            () => Put("users", "k", "new"),
            () => Whole(CatenaMethod.TableSize, "users"),
            () => With(CatenaRequest.OfTable(CatenaMethod.TableScan, "users", ""u8), request => request.Int32(3, 100)),
            () => Apply(("users", "k", "new"), ("", "other", "new")),
        })
        {
            Assert.Equal("done", Ask(here, Whole(CatenaMethod.TableCreate, "users")));
            Assert.Equal("written", Ask(there, Put("users", "k", "old")));
            Assert.Equal("done", Ask(here, Whole(CatenaMethod.TableDrop, "users")));
            Assert.Equal("done", Ask(here, Whole(CatenaMethod.TableCreate, "users")));
            var told = Ask(there, call());
            Assert.True(told is "absent" or "written" or "0" or "" or "true", told);
            Assert.Equal("done", Ask(here, Whole(CatenaMethod.TableDrop, "users")));
            Assert.Equal("NoSuchTable", Ask(there, call()));
        }
    }

    [Fact]
    public void Calls_that_are_sent_ahead_keep_their_order_through_lookups_and_new_numbers()
    {
        var (here, there) = (Connect(_one), Connect(_two));
        for (var round = 0; round < 20; round++)
        {
            Assert.Equal("done", Ask(here, Whole(CatenaMethod.TableCreate, "users")));

            // At first the number is not known at all, later it is an old one.
            var requests = Enumerable.Range(0, 30).Select(number => Put("users", "k", $"{number}")).Append(Get("users", "k")).ToList();
            requests.ForEach(request => Send(there, request));
            requests.SkipLast(1).ToList().ForEach(request => Assert.Equal("written", Receive(there, request.Method)));
            Assert.Equal("29", Receive(there, CatenaMethod.TableGet));
            Assert.Equal("done", Ask(here, Whole(CatenaMethod.TableDrop, "users")));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_call_does_not_overtake_one_whose_tables_are_not_all_known(bool isOld)
    {
        var (here, there) = (Connect(_one), Connect(_two));
        foreach (var name in new[] { "users", "orders" })
        {
            Ask(here, Whole(CatenaMethod.TableCreate, name));
        }

        Ask(there, Get("users", "k"));
        if (isOld)
        {
            Ask(there, Get("orders", "k"));
            Ask(here, Whole(CatenaMethod.TableDrop, "orders"));
            Ask(here, Whole(CatenaMethod.TableCreate, "orders"));
        }

        _router.Holds = (kind, key) => kind == CommandKind.Get && key == "{tables}orders";
        Send(there, Apply(("users", "k", "first"), ("orders", "k", "first")));
        await Eventually.TrueAsync("the name is looked up", () => _router.Held == 1);
        Send(there, Put("users", "k", "second"));

        // What may start at once starts before this other connection is answered twice, most likely.
        Ask(here, Get("users", "k"));
        Ask(here, Get("users", "k"));
        _router.Release();
        Assert.Equal("true", Receive(there, CatenaMethod.TableApply));
        Assert.Equal("written", Receive(there, CatenaMethod.TablePut));
        Assert.Equal("second", Ask(here, Get("users", "k")));
    }

    [Fact]
    public void A_commit_that_meets_an_old_number_has_all_numbers_looked_up_again()
    {
        var (here, there) = (Connect(_one), Connect(_two));
        Ask(here, Whole(CatenaMethod.TableCreate, "users"));
        Ask(there, Get("users", "k"));
        Ask(here, Whole(CatenaMethod.TableDrop, "users"));
        Ask(here, Whole(CatenaMethod.TableCreate, "users"));
        var attempts = 0;
        for (var told = ""; told != "done"; attempts++)
        {
            // Nothing is read, so that only the commit can meet it.
            Assert.True(attempts < 2, "the old number is kept");
            var handle = Begin(there, locking: false);
            Assert.Equal("done", Ask(there, Step(CatenaMethod.TransactionPut, handle, "users", "k", "v")));
            told = Ask(there, CatenaRequest.OfTransaction(CatenaMethod.TransactionCommit, handle));
        }

        Assert.Equal(2, attempts);
        Assert.Equal("v", Ask(here, Get("users", "k")));
    }

    [Fact]
    public void A_transaction_reads_and_writes_several_tables()
    {
        var client = Connect(_one);
        Ask(client, Whole(CatenaMethod.TableCreate, "users"));
        var handle = Begin(client, locking: false);
        Assert.Equal("absent", Ask(client, Step(CatenaMethod.TransactionGet, handle, "users", "k")));
        Assert.Equal("done", Ask(client, Step(CatenaMethod.TransactionPut, handle, "users", "k", "v")));
        Assert.Equal("done", Ask(client, Step(CatenaMethod.TransactionPut, handle, "", "k", "w")));
        Assert.Equal("v", Ask(client, Step(CatenaMethod.TransactionGet, handle, "users", "k")));
        Assert.Equal("NoSuchTable", Ask(client, Step(CatenaMethod.TransactionGet, handle, "other", "k")));
        Assert.Equal("done", Ask(client, CatenaRequest.OfTransaction(CatenaMethod.TransactionCommit, handle)));
        Assert.Equal(("v", "w"), (Ask(client, Get("users", "k")), Ask(client, Get("", "k"))));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_transaction_whose_table_is_dropped_ends_and_the_next_attempt_finds_the_new_table(bool locking)
    {
        var (here, there) = (Connect(_one), Connect(_two));
        Ask(here, Whole(CatenaMethod.TableCreate, "users"));
        Ask(there, Put("users", "k", "old"));
        var handle = Begin(there, locking: false);
        Ask(there, Step(CatenaMethod.TransactionPut, handle, "users", "k", "late"));
        Ask(here, Whole(CatenaMethod.TableDrop, "users"));
        Ask(here, Whole(CatenaMethod.TableCreate, "users"));
        Assert.Equal("TransactionAborted", Ask(there, CatenaRequest.OfTransaction(CatenaMethod.TransactionCommit, handle)));
        Assert.Equal("absent", Ask(here, Get("users", "k")));

        // Again with a number that is out of date, which the first step finds out.
        Ask(there, Put("users", "k", "newer"));
        Ask(here, Whole(CatenaMethod.TableDrop, "users"));
        Ask(here, Whole(CatenaMethod.TableCreate, "users"));
        handle = Begin(there, locking);
        var read = Ask(there, Step(CatenaMethod.TransactionGet, handle, "users", "k"));
        if (locking)
        {
            // It had to end: it cannot know any more what it holds.
            Assert.Equal("TransactionAborted", read);
            handle = Begin(there, locking);
            read = Ask(there, Step(CatenaMethod.TransactionGet, handle, "users", "k"));
        }

        Assert.Equal("absent", read);
        Ask(there, Step(CatenaMethod.TransactionPut, handle, "users", "k", "v"));
        Assert.Equal("done", Ask(there, CatenaRequest.OfTransaction(CatenaMethod.TransactionCommit, handle)));
        Assert.Equal("v", Ask(here, Get("users", "k")));
    }

    [Fact]
    public void A_scan_of_one_table_is_not_led_astray_by_the_keys_of_another()
    {
        var client = Connect(_one);
        Ask(client, Whole(CatenaMethod.TableCreate, "few"));
        Ask(client, Whole(CatenaMethod.TableCreate, "many"));
        for (var number = 0; number < 50; number++)
        {
            Ask(client, Put("many", $"{{t}}{number}", "x"));
        }

        Ask(client, Put("few", "{t}a", "1"));
        Ask(client, Put("few", "b", "2"));
        Assert.Equal(["b=2", "{t}a=1"], ScanAll(client, "few", 1));
    }

    [Fact]
    public void Changes_of_too_many_tables_are_refused()
    {
        var client = Connect(_one);
        Assert.Equal("InvalidRequest", Ask(client, Apply([.. Enumerable.Range(0, 65).Select(number => ($"table{number}", "k", "v"))])));
    }

    private static CatenaRequest Get(string table, string key) => CatenaRequest.OfTable(CatenaMethod.TableGet, table, Encoding.UTF8.GetBytes(key));

    private static CatenaRequest Put(string table, string key, string value) =>
        With(CatenaRequest.OfTable(CatenaMethod.TablePut, table, Encoding.UTF8.GetBytes(key)), request => request.Bytes(3, Encoding.UTF8.GetBytes(value)));

    private static CatenaRequest Whole(CatenaMethod method, string table) => With(new CatenaRequest(method), request => request.Text(1, table));

    private static CatenaRequest Apply(params (string Table, string Key, string Value)[] changes) => With(new CatenaRequest(CatenaMethod.TableApply), request =>
    {
        request.List(1, ThriftType.Struct, changes.Length);
        foreach (var (table, key, value) in changes)
        {
            request.Text(1, table);
            request.Bytes(2, Encoding.UTF8.GetBytes(key));
            request.Bytes(3, Encoding.UTF8.GetBytes(value));
            request.Stop();
        }
    });

    private static CatenaRequest Step(CatenaMethod method, byte[] handle, string table, string key, string? value = null) => With(CatenaRequest.OfTransaction(method, handle), request =>
    {
        request.Bytes(2, Encoding.UTF8.GetBytes(key));
        if (value is not null)
        {
            request.Bytes(3, Encoding.UTF8.GetBytes(value));
        }

        request.Text(4, table);
    });

    private static CatenaRequest With(CatenaRequest request, Action<CatenaRequest> add)
    {
        add(request);
        return request;
    }

    private static string Receive(Wire client, CatenaMethod method)
    {
        var frame = client.Receive(BinaryPrimitives.ReadInt32BigEndian(client.Receive(4)));
        Assert.True(CatenaReply.TryRead(frame, method, out var reply));
        Assert.False(reply.IsApplicationException, Encoding.UTF8.GetString(reply.Message));
        return reply.Exception != 0 ? $"{reply.Exception}"
            : method is CatenaMethod.TableGet or CatenaMethod.TransactionGet && reply.TryReadValue(out var value) ? value is null ? "absent" : Encoding.UTF8.GetString(value.Value.Span)
            : method is CatenaMethod.TableScan or CatenaMethod.TableScanRange && reply.TryReadPage(out var page) ? string.Join(' ', Texts(page).Order(StringComparer.Ordinal))
            : method is CatenaMethod.TablePut && reply.TryReadWrite(out var applied) ? applied ? "written" : "refused"
            : reply.TryReadNames(out var names) ? string.Join(' ', names)
            : reply.TryReadBool(out var flag) ? flag ? "true" : "false"
            : reply.TryReadNumber(out var number) ? $"{number}"
            : "done";
    }

    private static List<string> ReceivePage(Wire client, CatenaMethod method, out byte[] next)
    {
        var frame = client.Receive(BinaryPrimitives.ReadInt32BigEndian(client.Receive(4)));
        Assert.True(CatenaReply.TryRead(frame, method, out var reply));
        Assert.True(reply.TryReadPage(out var page));
        next = page.NextKey.ToArray();
        return Texts(page);
    }

    private static List<string> Texts(ScannedPage page) => [.. page.Entries.Select(entry => $"{Encoding.UTF8.GetString(entry.Key.Span)}={Encoding.UTF8.GetString(entry.Value.Span)}")];

    private ThriftListener Listen(ulong node)
    {
        var pump = new WorkPump(failure => Assert.Fail(failure.ToString()));
        var transactions = new TransactionService(
            _router, new PartitionMap(Partitions), new TransactionOptions(), new NodeId(node), 1, () => _node.Ports.Now, () => _node.Ports.WallMilliseconds, pump.Signal);
        pump.Work = transactions.Work;
        var listener = new ThriftListener(
            new IPEndPoint(IPAddress.Loopback, 0), ListenerOptions.Default, transactions, TestCatalogue.Over(transactions, Partitions), new FakeCluster(), () => "{}"u8.ToArray(), TimeProvider.System, new MetricsRegistry(), new RecordingLogger());
        listener.Start();
        return listener;
    }

    private Wire Connect(ThriftListener listener)
    {
        var wire = new Wire(listener.EndPoint);
        _wires.Add(wire);
        return wire;
    }

    private List<string> ScanAll(Wire client, string table, int limit)
    {
        var seen = new List<string>();
        byte[] cursor = [];
        do
        {
            Send(client, With(CatenaRequest.OfTable(CatenaMethod.TableScan, table, cursor), asked => asked.Int32(3, limit)));
            seen.AddRange(ReceivePage(client, CatenaMethod.TableScan, out cursor));
        }
        while (cursor.Length > 0);
        return [.. seen.Order(StringComparer.Ordinal)];
    }

    private byte[] Begin(Wire client, bool locking)
    {
        Send(client, CatenaRequest.Begin(locking, default));
        var frame = client.Receive(BinaryPrimitives.ReadInt32BigEndian(client.Receive(4)));
        Assert.True(CatenaReply.TryRead(frame, CatenaMethod.TransactionBegin, out var reply));
        Assert.True(reply.TryReadBytes(out var handle));
        return handle.ToArray();
    }

    private void Send(Wire client, CatenaRequest request)
    {
        var output = new ArrayBufferWriter<byte>();
        request.Write(output, ++_sequence);
        client.Send(output.WrittenSpan);
    }

    private string Ask(Wire client, CatenaRequest request)
    {
        Send(client, request);
        return Receive(client, request.Method);
    }
}
