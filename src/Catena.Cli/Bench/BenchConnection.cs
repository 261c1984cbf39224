using Catena.Cli.Bench.Loop;
using Catena.Cli.Data;

namespace Catena.Cli.Bench;

/// <summary>One connection of a load that a thread waits for; operations are queued, sent together and answered in order.</summary>
/// <param name="connection">The connection, which becomes this one's.</param>
/// <param name="codec">What goes through it.</param>
internal sealed class BenchConnection(ServerConnection connection, IBenchCodec codec) : IDisposable
{
    /// <summary>Tells the password, where there is one.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">The connection is broken, or the time is up.</exception>
    /// <returns>What the server said; all is well where there is no password.</returns>
    public BenchReply Authenticate()
    {
        if (!codec.WriteAuthentication(connection.Output))
        {
            return BenchReply.Written();
        }

        Send();
        return Receive(BenchStep.Authenticate);
    }

    /// <summary>Adds a read to what goes out next.</summary>
    public void QueueRead(ReadOnlySpan<byte> key) => codec.WriteRead(connection.Output, key);

    /// <summary>Adds a write to what goes out next.</summary>
    public void QueueWrite(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) => codec.WriteWrite(connection.Output, key, value);

    /// <summary>Sends what was queued.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">The connection is broken, or the time is up.</exception>
    public void Send() => connection.Send();

    /// <summary>Waits for the next answer.</summary>
    /// <param name="step">What it answers.</param>
    /// <returns>The answer, good until the next one is waited for.</returns>
    /// <exception cref="System.Net.Sockets.SocketException">The connection is broken, or the time is up.</exception>
    /// <exception cref="InvalidDataException">The server does not speak the protocol.</exception>
    public BenchReply Receive(BenchStep step)
    {
        while (true)
        {
            if (codec.TryRead(connection.Received, step, out var reply, out var consumed))
            {
                connection.Consume(consumed);
                return reply;
            }

            connection.Receive();
        }
    }

    /// <inheritdoc />
    public void Dispose() => connection.Dispose();
}
