using Catena.ZooKeeper.Jute;
using Catena.ZooKeeper.Protocol;
using Catena.ZooKeeper.Tests.Support;

namespace Catena.ZooKeeper.Tests.Conformance;

public abstract partial class ZooKeeperConformance<TProvider>
{
    [Fact]
    public async Task The_handshake_has_the_read_only_byte_exactly_where_the_client_sent_it()
    {
        using var modern = await RawSession.DialAsync(provider.ConnectString);
        await modern.SendAsync(writer => new ConnectRequest(0, 4000, 0, new byte[16], false).Write(writer));
        Assert.Equal(37, (await modern.ReceiveAsync())?.Length);
        using var old = await RawSession.DialAsync(provider.ConnectString);
        await old.SendAsync(writer => new ConnectRequest(0, 4000, 0, new byte[16], null).Write(writer));
        Assert.Equal(36, (await old.ReceiveAsync())?.Length);
    }

    [Fact]
    public async Task A_watch_event_comes_before_the_reply_of_the_write_that_caused_it()
    {
        using var raw = await RawSession.OpenAsync(provider.ConnectString);
        await raw.AskAsync(1, OpCode.Exists, writer => Read(writer, Path("a"), true));
        await raw.SendAsync(2, OpCode.Create, writer => OpCodec.Write(writer, new CreateOp(Path("a"), default)));
        var (header, body) = await raw.ReplyAsync();
        Assert.Equal(SpecialXid.WatchEvent, header.Xid);
        Assert.Equal(new WatchedEvent(WatchedEventType.NodeCreated, Path("a")), RawSession.Decode(body, WatchedEvent.Read));
        (header, body) = await raw.ReplyAsync();
        Assert.Equal((2, ErrorCode.Ok), (header.Xid, header.Error));
        Assert.Equal(Path("a"), RawSession.Decode(body, static (ref JuteReader reader) => reader.ReadString()));
        Assert.Equal(4 + Path("a").Length, body.Length);
    }

    [Fact]
    public async Task A_deletion_tells_a_watcher_of_the_znode_and_then_of_its_parent()
    {
        using var raw = await RawSession.OpenAsync(provider.ConnectString);
        await raw.AskAsync(1, OpCode.Create2, writer => OpCodec.Write(writer, new CreateOp(Path("a"), default)));
        await raw.AskAsync(2, OpCode.GetData, writer => Read(writer, Path("a"), true));
        await raw.AskAsync(3, OpCode.GetChildren, writer => Read(writer, Path("a"), true));
        await raw.AskAsync(4, OpCode.GetChildren, writer => Read(writer, _home, true));
        await raw.SendAsync(5, OpCode.Delete, writer => OpCodec.Write(writer, new DeleteOp(Path("a"), -1)));
        var events = new List<WatchedEvent>();
        for (var reply = await raw.ReplyAsync(); reply.Header.Xid != 5; reply = await raw.ReplyAsync())
        {
            events.Add(RawSession.Decode(reply.Body, WatchedEvent.Read));
        }

        Assert.Equal(
            [new WatchedEvent(WatchedEventType.NodeDeleted, Path("a")), new WatchedEvent(WatchedEventType.NodeChildrenChanged, _home)], events);
    }

    [Fact]
    public async Task Malformed_paths_and_modes_are_bad_arguments()
    {
        using var raw = await RawSession.OpenAsync(provider.ConnectString);
        foreach (var path in new[] { Path("a//b"), Path("a/"), Path("."), Path("a\u0001"), Path("\ue000") })
        {
            var (header, _) = await raw.AskAsync(1, OpCode.Create, writer => OpCodec.Write(writer, new CreateOp(path, default)));
            Assert.True(header.Error is ErrorCode.BadArguments or ErrorCode.NoNode, $"{path}: {header.Error}");
        }

        var (mode, _) = await raw.AskAsync(2, OpCode.Create, writer => OpCodec.Write(writer, new CreateOp(Path("a"), default, (CreateMode)99)));
        Assert.Equal(ErrorCode.BadArguments, mode.Error);
    }

    [Fact]
    public async Task Pipelined_requests_are_answered_in_order()
    {
        using var raw = await RawSession.OpenAsync(provider.ConnectString);
        var writer = new JuteWriter();
        for (var xid = 1; xid <= 500; xid++)
        {
            var start = writer.BeginFrame();
            new RequestHeader(xid, OpCode.Create).Write(writer);
            OpCodec.Write(writer, new CreateOp(Path($"p{xid}"), default));
            writer.EndFrame(start);
        }

        await raw.SendBytesAsync(writer.Written.ToArray());
        for (var xid = 1; xid <= 500; xid++)
        {
            var (header, _) = await raw.ReplyAsync();
            Assert.Equal((xid, ErrorCode.Ok), (header.Xid, header.Error));
        }
    }

    [Fact]
    public async Task A_frame_over_the_limit_or_of_negative_length_closes_the_connection()
    {
        foreach (var length in new[] { 0x7fffffff, -1, 0x100000 + 1024 })
        {
            using var raw = await RawSession.OpenAsync(provider.ConnectString);
            var bytes = new byte[4];
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(bytes, length);
            await raw.SendBytesAsync(bytes);
            Assert.Empty(await raw.ReadToEndAsync());
        }

        await Client.SyncAsync();
    }

    [Fact]
    public async Task A_closed_session_is_answered_hung_up_on_and_gone()
    {
        using var raw = await RawSession.OpenAsync(provider.ConnectString);
        await raw.AskAsync(1, OpCode.Create, writer => OpCodec.Write(writer, new CreateOp(Path("e"), default, CreateMode.Ephemeral)));
        var (header, body) = await raw.AskAsync(2, OpCode.CloseSession);
        Assert.Equal(ErrorCode.Ok, header.Error);
        Assert.Empty(body);
        Assert.Null(await raw.ReceiveAsync());
        await Client.SyncAsync();
        Assert.Null(await Client.ExistsAsync(Path("e")));
    }

    [Fact]
    public async Task The_older_form_of_setWatches_is_answered_with_what_was_missed()
    {
        await Client.CreateAsync(Path("a"), default);
        await FirstServerCaughtUpAsync();
        using var raw = await RawSession.OpenAsync(provider.ConnectString);
        await raw.SendAsync(
            SpecialXid.SetWatches, OpCode.SetWatches, writer => new SetWatches(0, [Path("a")], [Path("b")], [Path("c")], [], []).Write(writer, false));
        var told = new List<WatchedEvent>();
        for (var reply = await raw.ReplyAsync(); reply.Header.Xid != SpecialXid.SetWatches; reply = await raw.ReplyAsync())
        {
            told.Add(RawSession.Decode(reply.Body, WatchedEvent.Read));
        }

        Assert.Equal(
            [new WatchedEvent(WatchedEventType.NodeDataChanged, Path("a")), new WatchedEvent(WatchedEventType.NodeDeleted, Path("c"))],
            told.OrderBy(happened => happened.Path, StringComparer.Ordinal));
        await Client.CreateAsync(Path("b"), default);
        Assert.Equal(new WatchedEvent(WatchedEventType.NodeCreated, Path("b")), RawSession.Decode((await raw.ReplyAsync()).Body, WatchedEvent.Read));
    }

    [Fact]
    public async Task Watches_can_be_asked_for_and_removed_by_kind()
    {
        using var raw = await RawSession.OpenAsync(provider.ConnectString);
        await raw.AskAsync(1, OpCode.Create, writer => OpCodec.Write(writer, new CreateOp(Path("a"), default)));
        Assert.Equal("none none none", await Kinds());
        await raw.AskAsync(1, OpCode.GetChildren, writer => Read(writer, Path("a"), true));
        Assert.Equal("child none any", await Kinds());
        await raw.AskAsync(1, OpCode.GetData, writer => Read(writer, Path("a"), true));
        Assert.Equal("child data any", await Kinds());
        Assert.Equal(ErrorCode.Ok, await Ask(OpCode.RemoveWatches, 1));
        Assert.Equal("none data any", await Kinds());
        Assert.Equal(ErrorCode.NoWatcher, await Ask(OpCode.RemoveWatches, 1));
        Assert.Equal(ErrorCode.Ok, await Ask(OpCode.RemoveWatches, 3));
        Assert.Equal("none none none", await Kinds());
        Assert.Equal(ErrorCode.Ok, await Ask(OpCode.AddWatch, 0));
        Assert.Equal("child data any", await Kinds());
        Assert.Equal(ErrorCode.Ok, await Ask(OpCode.RemoveWatches, 2));
        Assert.Equal("child none any", await Kinds());
        Assert.Equal(ErrorCode.Ok, await Ask(OpCode.RemoveWatches, 3));
        Assert.Equal("none none none", await Kinds());
        Assert.Equal(ErrorCode.MarshallingError, await Ask(OpCode.CheckWatches, 9));
        Assert.Equal(ErrorCode.MarshallingError, await Ask(OpCode.RemoveWatches, 0));
        Assert.Equal(ErrorCode.MarshallingError, await Ask(OpCode.AddWatch, 7));

        async Task<ErrorCode> Ask(OpCode type, int kind) => (await raw.AskAsync(2, type, writer =>
        {
            writer.String(Path("a"));
            writer.Int(kind);
        })).Header.Error;

        async Task<string> Kinds()
        {
            string[] found = ["child", "data", "any"];
            for (var kind = 1; kind <= 3; kind++)
            {
                var error = await Ask(OpCode.CheckWatches, kind);
                Assert.True(error is ErrorCode.Ok or ErrorCode.NoWatcher, error.ToString());
                found[kind - 1] = error == ErrorCode.Ok ? found[kind - 1] : "none";
            }

            return string.Join(' ', found);
        }
    }

    [Theory]
    [InlineData(AddWatchMode.Persistent, WatcherType.Children, "DataChanged")]
    [InlineData(AddWatchMode.Persistent, WatcherType.Data, "ChildrenChanged ChildrenChanged")]
    [InlineData(AddWatchMode.PersistentRecursive, WatcherType.Children, "DataChanged Created/k DataChanged/k Deleted/k")]
    [InlineData(AddWatchMode.PersistentRecursive, WatcherType.Data, "Deleted/k")]
    public async Task Half_a_persistent_watch_can_be_removed(AddWatchMode mode, WatcherType half, string heard)
    {
        using var raw = await RawSession.OpenAsync(provider.ConnectString);
        var events = new List<string>();
        await Ask(OpCode.Create, new CreateOp(Path("a"), default));
        await raw.AskAsync(1, OpCode.AddWatch, writer => Number(writer, (int)mode));
        await raw.AskAsync(1, OpCode.RemoveWatches, writer => Number(writer, (int)half));
        await Ask(OpCode.SetData, new SetDataOp(Path("a"), default, -1));
        await Ask(OpCode.Create, new CreateOp(Path("a/k"), default));
        await Ask(OpCode.SetData, new SetDataOp(Path("a/k"), default, -1));
        await Ask(OpCode.Delete, new DeleteOp(Path("a/k"), -1));
        Assert.Equal(heard, string.Join(' ', events));

        void Number(JuteWriter writer, int number)
        {
            writer.String(Path("a"));
            writer.Int(number);
        }

        async Task Ask(OpCode type, Op op)
        {
            await raw.SendAsync(2, type, writer => OpCodec.Write(writer, op));
            for (var reply = await raw.ReplyAsync(); reply.Header.Xid != 2; reply = await raw.ReplyAsync())
            {
                var happened = RawSession.Decode(reply.Body, WatchedEvent.Read);
                events.Add(happened.Type.ToString()["Node".Length..] + happened.Path[Path("a").Length..]);
            }
        }
    }

    [Fact]
    public async Task Changing_the_ensemble_is_refused_unless_switched_on()
    {
        using var raw = await RawSession.OpenAsync(provider.ConnectString);
        var (header, _) = await raw.AskAsync(1, OpCode.Reconfig, writer =>
        {
            writer.String(string.Empty);
            writer.String(string.Empty);
            writer.String(string.Empty);
            writer.Long(-1);
        });
        Assert.Equal(ErrorCode.ReconfigDisabled, header.Error);
    }

    [Fact]
    public async Task An_unknown_request_costs_the_connection_and_not_the_session()
    {
        using var raw = await RawSession.OpenAsync(provider.ConnectString);
        Assert.Equal(ErrorCode.Unimplemented, (await raw.AskAsync(1, (OpCode)55)).Header.Error);
        Assert.Null(await raw.ReceiveAsync());
        using var again = await RawSession.OpenAsync(provider.ConnectString, 4000, raw.Response.SessionId, raw.Response.Password.ToArray());
        Assert.Equal(raw.Response.SessionId, again.Response.SessionId);
    }

    [Fact]
    public async Task A_truncated_request_is_answered_so_and_the_next_one_is_served()
    {
        using var raw = await RawSession.OpenAsync(provider.ConnectString);
        Assert.Equal(ErrorCode.MarshallingError, (await raw.AskAsync(2, OpCode.Create, writer => writer.String(Path("a")))).Header.Error);
        Assert.Equal(ErrorCode.MarshallingError, (await raw.AskAsync(3, OpCode.Exists, writer => writer.Int(3))).Header.Error);
        Assert.Equal(
            ErrorCode.MarshallingError,
            (await raw.AskAsync(4, OpCode.Multi, writer => MultiReadCodec.WriteRequest(writer, [new GetDataOp(Path("a"))]))).Header.Error);
        Assert.Equal(
            ErrorCode.MarshallingError,
            (await raw.AskAsync(5, OpCode.MultiRead, writer => MultiCodec.WriteRequest(writer, [new DeleteOp(Path("a"), -1)]))).Header.Error);
        Assert.Equal(SpecialXid.Ping, (await raw.AskAsync(SpecialXid.Ping, OpCode.Ping)).Header.Xid);
    }

    private static void Read(JuteWriter writer, string path, bool watch)
    {
        writer.String(path);
        writer.Bool(watch);
    }
}
