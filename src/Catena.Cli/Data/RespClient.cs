using System.Net.Sockets;
using System.Text;
using Catena.Cli.CommandLine;
using Catena.Protocols;
using Catena.Protocols.Resp;
using Catena.Server.Node;

namespace Catena.Cli.Data;

/// <summary>A client of a node's Redis protocol that waits for each answer.</summary>
/// <param name="connection">The connection, which becomes the client's.</param>
internal sealed class RespClient(ServerConnection connection) : IDisposable
{
    private readonly RespReplyReader _reader = new(RespLimits.Default);

    /// <summary>Connects.</summary>
    /// <param name="address">Where to.</param>
    /// <param name="timeout">How long each step may take.</param>
    /// <exception cref="SocketException">Nobody listens there.</exception>
    public static RespClient Open(HostPort address, TimeSpan timeout) => new(ServerConnection.Open(address, timeout));

    /// <summary>Tells the password.</summary>
    /// <param name="password">The password; null to tell none.</param>
    /// <exception cref="CommandException">It is not the node's.</exception>
    public void Authenticate(RedisPassword? password)
    {
        if (password is not null)
        {
            Ask("AUTH", "default"u8.ToArray(), password.Reveal().ToArray());
        }
    }

    /// <summary>Adds a request to what goes out next.</summary>
    public void Queue(ReadOnlySpan<byte> command, params ReadOnlySpan<ReadOnlyMemory<byte>> arguments)
    {
        var writer = new RespWriter(connection.Output);
        writer.WriteArrayHeader(1 + arguments.Length);
        writer.WriteBulk(command);
        foreach (var argument in arguments)
        {
            writer.WriteBulk(argument.Span);
        }
    }

    /// <summary>Sends what was queued.</summary>
    public void Send() => connection.Send();

    /// <summary>Waits for the next answer.</summary>
    /// <returns>The answer, good until the next one is waited for.</returns>
    /// <exception cref="SocketException">The connection is broken, or the time is up.</exception>
    /// <exception cref="InvalidDataException">What the server sent is no Redis protocol.</exception>
    public RespReply Receive()
    {
        while (true)
        {
            var status = _reader.Read(connection.Received, out var reply, out var consumed);
            switch (status)
            {
                case ReadStatus.Complete:
                    connection.Consume(consumed);
                    return reply;
                case ReadStatus.NeedMore:
                    connection.Receive();
                    break;
                default:
                    throw new InvalidDataException($"the server does not speak the Redis protocol: {_reader.Error}");
            }
        }
    }

    /// <summary>Asks and waits for the answer.</summary>
    /// <param name="command">The command.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>The answer, which is no error.</returns>
    /// <exception cref="CommandException">The answer is an error.</exception>
    public RespReply Ask(string command, params ReadOnlySpan<ReadOnlyMemory<byte>> arguments)
    {
        Queue(Encoding.ASCII.GetBytes(command), arguments);
        Send();
        var reply = Receive();
        if (reply.IsError)
        {
            var text = Encoding.UTF8.GetString(reply.Bytes);
            throw new CommandException(
                text.StartsWith("CLUSTERDOWN", StringComparison.Ordinal) ? ExitCode.ClusterDead : ExitCode.Failed, $"{command} was refused: {text}");
        }

        return reply;
    }

    /// <inheritdoc />
    public void Dispose() => connection.Dispose();
}
