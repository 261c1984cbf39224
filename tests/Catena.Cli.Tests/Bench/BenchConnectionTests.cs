using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Catena.Cli.Bench;
using Catena.Cli.Bench.Loop;
using Catena.Cli.CommandLine;
using Catena.Cli.Data;
using Catena.Protocols.Thrift;

namespace Catena.Cli.Tests.Bench;

public sealed class BenchConnectionTests
{
    [Fact]
    public void Pipelined_calls_are_answered_in_order()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var connection = new BenchConnection(
            ServerConnection.Open(new HostPort("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port), TimeSpan.FromSeconds(10)), new ThriftCodec());
        using var accepted = listener.AcceptSocket();

        connection.QueueWrite("k"u8, "v"u8);
        connection.QueueRead("k"u8);
        connection.QueueRead("none"u8);
        connection.QueueWrite("k"u8, "w"u8);
        connection.QueueWrite("k"u8, "x"u8);
        connection.Send();
        var answers = new ArrayBufferWriter<byte>();
        KeyValueService.WriteVoidReply(answers, KeyValueMethod.Put, 1);
        KeyValueService.WriteGetReply(answers, 2, "v"u8);
        KeyValueService.WriteGetReply(answers, 3, default);
        ThriftException.Write(answers, "put"u8, 4, ThriftExceptionType.InternalError, "not enough replicas: 1 of 2"u8);
        ThriftException.Write(answers, "put"u8, 5, ThriftExceptionType.InternalError, "outcome unknown: the call may or may not have taken effect"u8);
        accepted.Send(answers.WrittenSpan);

        var written = connection.Receive(BenchStep.Write);
        Assert.Equal(OperationOutcome.Ok, written.Outcome);
        var found = connection.Receive(BenchStep.Read);
        Assert.True(found.IsFound);
        Assert.Equal("v"u8, found.Value);
        Assert.False(connection.Receive(BenchStep.Read).IsFound);
        var refused = connection.Receive(BenchStep.Write);
        Assert.Equal(OperationOutcome.Fail, refused.Outcome);
        Assert.Equal("not enough replicas", refused.Error);
        Assert.Equal(OperationOutcome.Unknown, connection.Receive(BenchStep.Write).Outcome);
    }
}
