namespace Catena.Cli.Bench;

/// <summary>One connection of a load, in whatever protocol; operations are queued, sent together and answered in order.</summary>
internal interface IBenchConnection : IDisposable
{
    /// <summary>Adds a read to what goes out next.</summary>
    void QueueRead(ReadOnlySpan<byte> key);

    /// <summary>Adds a write to what goes out next.</summary>
    void QueueWrite(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value);

    /// <summary>Sends what was queued.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">The connection is broken, or the time is up.</exception>
    void Send();

    /// <summary>Waits for the next answer.</summary>
    /// <returns>The answer, good until the next one is waited for.</returns>
    /// <exception cref="System.Net.Sockets.SocketException">The connection is broken, or the time is up.</exception>
    /// <exception cref="InvalidDataException">The server does not speak the protocol.</exception>
    BenchReply Receive();
}
