using System.Buffers.Binary;
using System.Net;
using System.Text;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Protocols.Thrift;
using Catena.Server.Listeners;
using Catena.Server.Listeners.Thrift;
using Catena.Server.Metrics;
using Catena.Server.Tests.Tables;
using static Catena.Server.Tests.Listeners.ThriftText;

namespace Catena.Server.Tests.Listeners;

/// <summary>Transactions through Thrift, as far as the listener goes: which steps calls become, and what their results answer.</summary>
public sealed class ThriftTransactionTests : IAsyncDisposable
{
    /// <summary>A handle has 32 bytes at least.</summary>
    private const string Handle = "0123456789abcdef0123456789abcdef";

    private static readonly int Slot = HashSlot.Of("t"u8).Value;

    private readonly StepRouter _router = new();
    private readonly RecordingLogger _log = new();
    private ThriftListener _listener;

    public ThriftTransactionTests() => _listener = Start(ListenerOptions.Default);

    /// <summary>Calls of all kinds, for tests that damage them.</summary>
    internal static string[] Calls =>
    [
        Call("transactionBegin", $"\x0c\0\x01\x02\0\x01\x01{Bytes(2, Handle)}{Stop}"), Call("transactionGet", Bytes(1, "h") + Bytes(2, "k")),
        Call("transactionPut", Bytes(1, "h") + Bytes(2, "k") + Bytes(3, "v")), Call("transactionDelete", Bytes(1, "h") + Bytes(2, "k")), Scan("{t}a", "{t}m", 5),
        Call("transactionPrepare", Bytes(1, "h")), Call("transactionCommit", Bytes(1, "h")), Call("transactionRollback", Bytes(1, "h")),
        .. ThriftTableTests.Calls,
    ];

    [Fact]
    public void Calls_become_steps_and_results_answers()
    {
        _router.Answers = step => step switch
        {
            "Begin" or "PrepareToCommit h" => EncodedResults.Value("handle"u8),
            $"Begin Locking {Handle}" => EncodedResults.Value("other"u8),
            _ when step.Contains("Get", StringComparison.Ordinal) => step.EndsWith("there", StringComparison.Ordinal) ? EncodedResults.Value("value"u8) : EncodedResults.Nil,
            _ when step.Contains("Delete", StringComparison.Ordinal) => Result(writer => ResultWriter.WriteInteger(writer, step.EndsWith("there", StringComparison.Ordinal) ? 1 : 0)),
            _ => EncodedResults.Ok,
        };
        using var client = Connect();
        Ask(client, Call("transactionBegin", ""), Answer("transactionBegin", Bytes(0, "handle")));
        Ask(client, Call("transactionBegin", $"\x0c\0\x01\x02\0\x01\x01{Bytes(2, Handle)}{Stop}"), Answer("transactionBegin", Bytes(0, "other")));
        Ask(client, Call("transactionGet", Bytes(1, "h") + Bytes(2, "there")), Answer("transactionGet", $"\x0c\0\0\x02\0\x01\x01{Bytes(2, "value")}{Stop}"));
        Ask(client, Call("transactionGet", Bytes(1, "h") + Bytes(2, "{t}x")), Answer("transactionGet", $"\x0c\0\0\x02\0\x01\0{Stop}"));
        Ask(client, Call("transactionPut", Bytes(1, "h") + Bytes(2, "{t}x") + Bytes(3, "v")), Answer("transactionPut", ""));
        Ask(client, Call("transactionDelete", Bytes(1, "h") + Bytes(2, "there")), Answer("transactionDelete", "\x02\0\0\x01"));
        Ask(client, Call("transactionDelete", Bytes(1, "h") + Bytes(2, "{t}x")), Answer("transactionDelete", "\x02\0\0\0"));
        Ask(client, Call("transactionPrepare", Bytes(1, "h")), Answer("transactionPrepare", Bytes(0, "handle")));
        Ask(client, Call("transactionCommit", Bytes(1, "h")), Answer("transactionCommit", ""));
        Ask(client, Call("transactionRollback", Bytes(1, "h")), Answer("transactionRollback", ""));
        var there = HashSlot.Of("there"u8).Value;
        Assert.Equal(
            [
                "Begin", $"Begin Locking {Handle}", $"Continue h: Get {there} there", $"Continue h: Get {Slot} {{t}}x", $"Continue h: Put {Slot} {{t}}x v",
                $"Continue h: Delete {there} there", $"Continue h: Delete {Slot} {{t}}x", "PrepareToCommit h", "Commit h", "Rollback h",
            ],
            _router.Taken);
    }

    [Theory]
    [InlineData("{t}a", "{t}m", 5, "{t}a..{t}m 5")]
    [InlineData("{t}", "", 0, "{t}..{t~ 1000")]
    [InlineData("user:{t}:a", "", 10_000, "user:{t}:a..user:{t~ 10000")]
    [InlineData("{t}a", "{t}a", 1, "{t}a..{t}a 1")]
    public void A_scan_looks_at_a_range_of_one_tag(string startKey, string endKey, int limit, string range)
    {
        _router.Answers = _ => Range("{t}b\0", ("{t}a", "1"), ("{t}b", ""));
        using var client = Connect();
        Ask(client, Scan(startKey, endKey, limit), Answer("transactionScan", "\x0c\0\0\x0f\0\x01\x0c\0\0\0\x02" + Entry("{t}a", "1") + Entry("{t}b", "") + Bytes(2, "{t}b\0") + Stop));
        var ends = range.Split("..");
        Assert.Equal($"Continue h: LookRange {Slot} {Slot}.0.{ends[0]}..{Slot}.0.{ends[1]}", Assert.Single(_router.Taken));
    }

    [Fact]
    public void A_page_that_ends_the_range_names_no_key_to_go_on_from()
    {
        _router.Answers = _ => Range("");
        using var client = Connect();
        Ask(client, Scan("{t}a", "", 0), Answer("transactionScan", "\x0c\0\0\x0f\0\x01\x0c\0\0\0\0" + Stop));
    }

    [Theory]
    [InlineData("a", "b", 1)] // no tag
    [InlineData("{}a", "{}b", 1)] // an empty tag is none
    [InlineData("{t}a", "{u}a", 1)] // two tags
    [InlineData("{t}a", "{t~", 1)] // the end has no tag
    [InlineData("a{t}", "c{t}", 1)] // what lies between may have another
    [InlineData("{t}b", "{t}a", 1)] // backwards
    [InlineData("", "{t}a", 1)]
    [InlineData("{t}a", "{t}b", -1)]
    [InlineData("{t}a", "{t}b", 10_001)]
    public void A_scan_of_something_else_is_refused(string startKey, string endKey, int limit)
    {
        using var client = Connect();
        client.Send(Scan(startKey, endKey, limit));
        Assert.Equal((CatenaException.InvalidRequest, false), ReadException(client));
        Assert.Empty(_router.Taken);
    }

    [Fact]
    public void What_cannot_be_a_step_is_refused_and_the_connection_goes_on()
    {
        using var client = Connect();
        foreach (var call in new[]
        {
            Call("transactionGet", Bytes(1, "h")),
            Call("transactionPut", Bytes(1, "h") + Bytes(3, "v")),
            Call("transactionDelete", Bytes(1, "h") + Bytes(2, "")),
            Call("transactionBegin", $"\x0c\0\x01{Bytes(2, "short")}{Stop}"),
        })
        {
            client.Send(call);
            Assert.Equal((CatenaException.InvalidRequest, false), ReadException(client));
        }

        client.Send(Call("transactionGet", "\x0b\0"));
        Assert.Equal(ThriftExceptionType.ProtocolError, ReadApplicationException(client));
        client.Send(Call("transactionGet", Bytes(1, "h")).Replace("\x80\x01\0\x01", "\x80\x01\0\x04", StringComparison.Ordinal));
        Assert.Equal(ThriftExceptionType.InvalidMessageType, ReadApplicationException(client));
        client.Send(Call("transactionNothing", Bytes(1, "h")));
        Assert.Equal(ThriftExceptionType.UnknownMethod, ReadApplicationException(client));
        Assert.Empty(_router.Taken);
        Ask(client, Call("transactionCommit", Bytes(1, "h")), Answer("transactionCommit", ""));
    }

    [Theory]
    [InlineData(ErrorCode.OutcomeUnknown, CatenaException.OutcomeUnknown)]
    [InlineData(ErrorCode.Forgotten, CatenaException.OutcomeUnknown)]
    [InlineData(ErrorCode.Aborted, CatenaException.TransactionAborted)]
    [InlineData(ErrorCode.NoTransaction, CatenaException.NoSuchTransaction)]
    [InlineData(ErrorCode.Committed, CatenaException.TransactionCommitted)]
    [InlineData(ErrorCode.KeyLength, CatenaException.InvalidRequest)]
    [InlineData(ErrorCode.ValueTooLong, CatenaException.InvalidRequest)]
    [InlineData(ErrorCode.BadRequest, CatenaException.InvalidRequest)]
    [InlineData(ErrorCode.TooLarge, CatenaException.InvalidRequest)]
    [InlineData(ErrorCode.TryAgain, CatenaException.Unavailable)]
    [InlineData(ErrorCode.Busy, CatenaException.Unavailable)]
    [InlineData(ErrorCode.ClusterDown, CatenaException.Unavailable)]
    [InlineData(ErrorCode.NotEnoughReplicas, CatenaException.Unavailable)]
    [InlineData(ErrorCode.ReadOnly, CatenaException.Unavailable)]
    [InlineData(ErrorCode.OutOfMemory, CatenaException.Unavailable)]
    [InlineData(ErrorCode.Damaged, CatenaException.Unavailable)]
    public void An_error_is_the_exception_that_says_whether_to_try_again(ErrorCode code, CatenaException exception)
    {
        _router.Answers = _ => EncodedResults.Error(code, "why"u8);
        using var client = Connect();
        client.Send(Call("transactionRollback", Bytes(1, "h")));
        Assert.Equal((exception, true), ReadException(client));
    }

    [Fact]
    public void An_exception_that_a_method_does_not_declare_is_one_that_no_client_takes_for_success()
    {
        _router.Answers = _ => EncodedResults.Error(ErrorCode.OutcomeUnknown, "why"u8);
        using var client = Connect();
        client.Send(Call("transactionPut", Bytes(1, "h") + Bytes(2, "k") + Bytes(3, "v")));
        Assert.Equal(ThriftExceptionType.InternalError, ReadApplicationException(client));
    }

    [Fact]
    public async Task What_does_not_fit_a_frame_is_left_for_the_next_page_or_refused()
    {
        await _listener.DisposeAsync();
        _listener = Start(new ListenerOptions { MaxThriftFrameBytes = 250 });
        using var client = Connect();
        var value = new string('v', 100);
        _router.Answers = _ => Range("{t}c\0", ("{t}a", value), ("{t}b", value), ("{t}c", "1"));
        Ask(client, Scan("{t}a", "", 0), Answer("transactionScan", "\x0c\0\0\x0f\0\x01\x0c\0\0\0\x01" + Entry("{t}a", value) + Bytes(2, "{t}b") + Stop));

        _router.Answers = _ => Range("", ("{t}a", new string('v', 250)));
        client.Send(Scan("{t}a", "", 0));
        Assert.Equal((CatenaException.InvalidRequest, false), ReadException(client));

        _router.Answers = _ => EncodedResults.Value(new byte[250]);
        client.Send(Call("transactionGet", Bytes(1, "h") + Bytes(2, "k")));
        Assert.Equal((CatenaException.InvalidRequest, false), ReadException(client));
    }

    [Fact]
    public async Task Steps_may_be_sent_ahead_and_keep_their_order_and_a_plain_read_waits_for_them()
    {
        _router.Holds = true;
        _router.Answers = step => step.StartsWith("Get", StringComparison.Ordinal) ? EncodedResults.Value("plain"u8) : EncodedResults.Ok;
        using var client = Connect();
        client.Send(Call("transactionPut", Bytes(1, "h") + Bytes(2, "k") + Bytes(3, "1")));
        client.Send(Call("transactionPut", Bytes(1, "h") + Bytes(2, "k") + Bytes(3, "2")));
        client.Send(Call("transactionCommit", Bytes(1, "h")));
        client.Send(Call("get", Bytes(1, "k")));
        await Wait.UntilAsync(() => _router.Taken.Count == 3, "the steps were taken");
        var slot = HashSlot.Of("k"u8).Value;
        string[] steps = [$"Continue h: Put {slot} k 1", $"Continue h: Put {slot} k 2", "Commit h"];
        Assert.Equal(steps, _router.Taken);

        _router.Release();
        client.Expect(Answer("transactionPut", ""));
        client.Expect(Answer("transactionPut", ""));
        client.Expect(Answer("transactionCommit", ""));
        await Wait.UntilAsync(() => _router.Taken.Count == 4, "the read was taken");
        Assert.Equal([.. steps, "Get"], _router.Taken);
        _router.Release();
        client.Expect(Answer("get", Bytes(0, "plain")));
    }

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private static byte[] Range(string next, params (string Key, string Value)[] entries) => Result(writer =>
    {
        ResultWriter.WriteRangeStart(writer, Lsn.Zero, Lsn.Zero, next.Length == 0 ? default : Stored(next), entries.Length);
        foreach (var (key, value) in entries)
        {
            ResultWriter.WriteKey(writer, Stored(key), Lsn.Zero, 0, Encoding.Latin1.GetBytes(value));
        }
    });

    private static byte[] Stored(string key) => [(byte)(Slot >> 8), (byte)Slot, 0, 0, .. Encoding.Latin1.GetBytes(key)];

    private static string Entry(string key, string value) => Bytes(1, key) + Bytes(2, value) + Stop;

    private static string Scan(string startKey, string endKey, int limit)
    {
        var number = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, limit);
        var end = endKey.Length == 0 ? "" : Bytes(2, endKey);
        return Call("transactionScan", $"{Bytes(1, "h")}\x0c\0\x02{Bytes(1, startKey)}{end}\x08\0\x03{Encoding.Latin1.GetString(number)}{Stop}");
    }

    private ThriftListener Start(ListenerOptions options)
    {
        var listener = new ThriftListener(
            new IPEndPoint(IPAddress.Loopback, 0), options, _router, TestCatalogue.Over(_router), new FakeCluster(), () => "{}"u8.ToArray(), TimeProvider.System, new MetricsRegistry(), _log);
        listener.Start();
        return listener;
    }

    private Wire Connect() => new(_listener.EndPoint);
}
