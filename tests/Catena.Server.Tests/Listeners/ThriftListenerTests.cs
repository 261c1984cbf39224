using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Text;
using Catena.Core.Data;
using Catena.Protocols.Thrift;
using Catena.Server.Listeners;
using Catena.Server.Listeners.Thrift;
using Catena.Server.Metrics;
using Catena.Server.Tests.Tables;

namespace Catena.Server.Tests.Listeners;

public sealed class ThriftListenerTests : IAsyncDisposable
{
    private readonly FakeRouter _router = new();
    private readonly RecordingLogger _log = new();
    private ThriftListener _listener;

    public ThriftListenerTests() => _listener = Start(ListenerOptions.Default);

    [Fact]
    public void Get_and_put_are_the_bytes_that_clients_expect()
    {
        using var client = Connect();
        client.Send(Frame("\x80\x01\x00\x01\0\0\0\x03put\0\0\0\x07\x0b\0\x01\0\0\0\x01k\x0b\0\x02\0\0\0\x02vv\0"));
        client.Expect(Frame("\x80\x01\x00\x02\0\0\0\x03put\0\0\0\x07\0"));
        client.Send(Frame("\x80\x01\x00\x01\0\0\0\x03get\0\0\0\x08\x0b\0\x01\0\0\0\x01k\0"));
        client.Expect(Frame("\x80\x01\x00\x02\0\0\0\x03get\0\0\0\x08\x0b\0\0\0\0\0\x02vv\0"));
        client.Send(Frame("\x80\x01\x00\x01\0\0\0\x03get\0\0\0\x09\x0b\0\x01\0\0\0\x01x\0"));
        client.Expect(Frame("\x80\x01\x00\x02\0\0\0\x03get\0\0\0\x09\x0b\0\0\0\0\0\0\0"));
    }

    [Fact]
    public void Calls_may_arrive_byte_by_byte()
    {
        using var client = Connect();
        foreach (var part in Call(output => KeyValueService.WritePutCall(output, 1, "k"u8, "v"u8)))
        {
            client.Send([part]);
        }

        Assert.False(Read(client).IsException);
    }

    [Fact]
    public async Task Pipelined_calls_are_answered_in_order_each_with_its_number()
    {
        _router.Scatter(9);
        using var client = Connect();
        var calls = new ArrayBufferWriter<byte>();
        for (var i = 0; i < 200; i++)
        {
            KeyValueService.WritePutCall(calls, i, Encoding.ASCII.GetBytes($"k{i % 7}"), Encoding.ASCII.GetBytes($"v{i}"));
            KeyValueService.WriteGetCall(calls, 1000 + i, Encoding.ASCII.GetBytes($"k{i % 7}"));
        }

        var sending = Task.Run(() => client.Send(calls.WrittenSpan));
        for (var i = 0; i < 200; i++)
        {
            var put = Read(client);
            Assert.Equal((i, "put", false), (put.SequenceId, put.Name, put.IsException));
            var get = Read(client);
            Assert.Equal((1000 + i, "get", $"v{i}"), (get.SequenceId, get.Name, get.Value));
        }

        await sending;
    }

    [Theory]
    [InlineData(ErrorCode.OutcomeUnknown, "outcome unknown: ")]
    [InlineData(ErrorCode.TryAgain, "try again: ")]
    [InlineData(ErrorCode.NotEnoughReplicas, "not enough replicas: ")]
    [InlineData(ErrorCode.ReadOnly, "read only: ")]
    [InlineData(ErrorCode.OutOfMemory, "read only: ")]
    [InlineData(ErrorCode.ClusterDown, "cluster down: ")]
    [InlineData(ErrorCode.ValueTooLong, "value too long: ")]
    public void A_call_that_fails_is_an_exception_of_type_6(ErrorCode code, string text)
    {
        _router.Fails = _ => code;
        using var client = Connect();
        client.Send(Call(output => KeyValueService.WritePutCall(output, 5, "k"u8, "v"u8)));
        var reply = Read(client);
        Assert.Equal((5, "put", true, ThriftExceptionType.InternalError), (reply.SequenceId, reply.Name, reply.IsException, reply.Type));
        Assert.StartsWith(text, reply.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_service_does_not_do_is_refused_and_the_connection_goes_on()
    {
        using var client = Connect();
        client.Send(Frame("\x80\x01\x00\x01\0\0\0\x04nope\0\0\0\x01\0"));
        Assert.Equal(ThriftExceptionType.UnknownMethod, Read(client).Type);
        client.Send(Call(output => KeyValueService.WriteReplicateCall(output, 2, "k"u8, "v"u8)));
        Assert.Equal(ThriftExceptionType.InternalError, Read(client).Type);
        client.Send(Frame("\x80\x01\x00\x02\0\0\0\x03get\0\0\0\x03\0"));
        Assert.Equal(ThriftExceptionType.InvalidMessageType, Read(client).Type);
        client.Send(Frame("\x80\x01\x00\x01\0\0\0\x03get\0\0\0\x04\x0b\0"));
        Assert.Equal(ThriftExceptionType.ProtocolError, Read(client).Type);
        client.Send(Call(output => KeyValueService.WriteGetCall(output, 5, default)));
        Assert.Equal(ThriftExceptionType.InternalError, Read(client).Type);
        client.Send(Call(output => KeyValueService.WriteGetCall(output, 6, "k"u8)));
        Assert.Equal("", Read(client).Value);
        Assert.Equal(["Get k"], _router.Started);
    }

    [Theory]
    [InlineData("\x7f\xff\xff\xff")]
    [InlineData("\xff\xff\xff\xff")]
    [InlineData("\0\0\0\x04\0\0\0\0")]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    public void A_frame_that_is_too_long_or_no_message_ends_the_connection(string bytes)
    {
        using var client = Connect();
        client.Send(bytes);
        Assert.True(client.IsClosed());
        using var other = Connect();
        other.Send(Call(output => KeyValueService.WriteGetCall(output, 1, "k"u8)));
        Assert.Equal("", Read(other).Value);
    }

    [Fact]
    public void Dump_answers_every_key_with_its_value()
    {
        using var client = Connect();
        var expected = new Dictionary<string, string>();
        for (var i = 0; i < 500; i++)
        {
            expected.Add($"key-{i}", $"value-{i}");
            client.Send(Call(output => KeyValueService.WritePutCall(output, i, Encoding.ASCII.GetBytes($"key-{i}"), Encoding.ASCII.GetBytes($"value-{i}"))));
            Assert.False(Read(client).IsException);
        }

        client.Send(Call(output => KeyValueService.WriteDumpCall(output, 77)));
        var reply = Read(client);
        Assert.Equal(77, reply.SequenceId);
        Assert.Equal(expected.OrderBy(pair => pair.Key), reply.Entries.OrderBy(pair => pair.Key));
    }

    [Fact]
    public async Task A_dump_or_value_that_does_not_fit_a_frame_is_refused()
    {
        await _listener.DisposeAsync();
        _listener = Start(new ListenerOptions { MaxThriftFrameBytes = 1000 });
        using var client = Connect();
        for (var i = 0; i < 20; i++)
        {
            client.Send(Call(output => KeyValueService.WritePutCall(output, i, Encoding.ASCII.GetBytes($"key-{i}"), new byte[100])));
            Assert.False(Read(client).IsException);
        }

        client.Send(Call(output => KeyValueService.WriteDumpCall(output, 1)));
        var dump = Read(client);
        Assert.Equal(ThriftExceptionType.InternalError, dump.Type);
        Assert.Contains("do not fit one frame", dump.Message, StringComparison.Ordinal);

        client.Send(Call(output => KeyValueService.WriteGetCall(output, 2, "key-1"u8)));
        Assert.Equal(100, Read(client).Value.Length);
    }

    [Fact]
    public void A_dump_of_a_partition_that_cannot_answer_fails()
    {
        _router.Fails = key => key.Length == 0 ? ErrorCode.TryAgain : null;
        using var client = Connect();
        client.Send(Call(output => KeyValueService.WriteDumpCall(output, 1)));
        Assert.StartsWith("try again: ", Read(client).Message, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync();
        _router.Dispose();
    }

    private static string Frame(string message) => $"\0\0\0{(char)message.Length}{message}";

    private static byte[] Call(Action<ArrayBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return output.WrittenSpan.ToArray();
    }

    private static Reply Read(Wire client)
    {
        var length = BinaryPrimitives.ReadInt32BigEndian(client.Receive(4));
        Assert.True(KeyValueService.TryReadReply(client.Receive(length), out var reply));
        var entries = new Dictionary<string, string>();
        var reader = reply.Entries;
        while (reader.MoveNext())
        {
            entries.Add(Encoding.ASCII.GetString(reader.Key), Encoding.ASCII.GetString(reader.Value));
        }

        return new Reply(
            reply.SequenceId,
            Encoding.ASCII.GetString(reply.Name),
            Encoding.ASCII.GetString(reply.Value),
            entries,
            reply.IsException,
            reply.Exception.Type,
            Encoding.UTF8.GetString(reply.Exception.Message));
    }

    private ThriftListener Start(ListenerOptions options)
    {
        var listener = new ThriftListener(
            new IPEndPoint(IPAddress.Loopback, 0), options, _router, TestCatalogue.Over(_router), new FakeCluster(), () => "{}"u8.ToArray(), TimeProvider.System, new MetricsRegistry(), _log);
        listener.Start();
        return listener;
    }

    private Wire Connect() => new(_listener.EndPoint);

    private sealed record Reply(
        int SequenceId,
        string Name,
        string Value,
        Dictionary<string, string> Entries,
        bool IsException,
        ThriftExceptionType Type,
        string Message);
}
