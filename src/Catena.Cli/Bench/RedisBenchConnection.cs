using System.Text;
using Catena.Cli.CommandLine;
using Catena.Cli.Data;
using Catena.Protocols.Resp;
using Catena.Server.Node;

namespace Catena.Cli.Bench;

/// <summary>A load's connection through the Redis protocol: GET and SET.</summary>
internal sealed class RedisBenchConnection : IBenchConnection
{
    private readonly ServerConnection _connection;
    private readonly RespClient _client;

    /// <summary>A connection that has told the password.</summary>
    /// <param name="connection">The connection, which becomes this one's.</param>
    /// <param name="password">The password; null for none.</param>
    /// <exception cref="CommandException">The password is not the node's.</exception>
    public RedisBenchConnection(ServerConnection connection, RedisPassword? password)
    {
        _connection = connection;
        _client = new RespClient(connection);
        _client.Authenticate(password);
    }

    /// <inheritdoc />
    public void QueueRead(ReadOnlySpan<byte> key)
    {
        var writer = new RespWriter(_connection.Output);
        writer.WriteArrayHeader(2);
        writer.WriteBulk("GET"u8);
        writer.WriteBulk(key);
    }

    /// <inheritdoc />
    public void QueueWrite(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        var writer = new RespWriter(_connection.Output);
        writer.WriteArrayHeader(3);
        writer.WriteBulk("SET"u8);
        writer.WriteBulk(key);
        writer.WriteBulk(value);
    }

    /// <inheritdoc />
    public void Send() => _connection.Send();

    /// <inheritdoc />
    public BenchReply Receive()
    {
        var reply = _client.Receive();
        return reply.Type switch
        {
            RespType.Error => Refused(Encoding.UTF8.GetString(reply.Bytes)),
            RespType.Null => BenchReply.Absent(),
            RespType.Bulk => BenchReply.Found(reply.Bytes),
            RespType.SimpleString => BenchReply.Written(),
            _ => throw new InvalidDataException($"an answer of type {reply.Type} to GET or SET"),
        };
    }

    /// <inheritdoc />
    public void Dispose() => _client.Dispose();

    /// <summary>What an error says of the outcome: that of an open one is <c>UNKNOWN</c>, and only that.</summary>
    public static BenchReply Refused(string text) =>
        FirstWord(text) == "UNKNOWN" ? BenchReply.Open(KindOf(text)) : BenchReply.Failed(KindOf(text));

    /// <summary>Under what an error is counted: its first word, if that tells it from others.</summary>
    public static string KindOf(string text) => FirstWord(text) is "ERR" or "UNKNOWN" ? text : FirstWord(text);

    private static string FirstWord(string text)
    {
        var end = text.IndexOf(' ', StringComparison.Ordinal);
        return end < 0 ? text : text[..end];
    }
}
