using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Catena.Cli.CommandLine;

namespace Catena.Cli.Data;

/// <summary>A blocking connection to a node, with what was received and not yet consumed.</summary>
/// <remarks>
/// Blocking, because a client that waits for one answer at a time is served best by its own thread: the answer wakes it directly. Not
/// thread-safe.
/// </remarks>
internal sealed class ServerConnection : IDisposable
{
    private const int FirstBufferBytes = 64 * 1024;

    private readonly Socket _socket;
    private byte[] _buffer = new byte[FirstBufferBytes];
    private int _start;
    private int _end;

    private ServerConnection(Socket socket) => _socket = socket;

    /// <summary>What goes out with the next <see cref="Send" />.</summary>
    public ArrayBufferWriter<byte> Output { get; } = new(4096);

    /// <summary>What was received and not yet consumed; changes with every receive.</summary>
    public ReadOnlySpan<byte> Received => _buffer.AsSpan(_start, _end - _start);

    /// <summary>Whether the other side has closed the connection and all that it sent has been received.</summary>
    public bool IsClosedByPeer => _socket.Poll(0, SelectMode.SelectRead) && _socket.Available == 0;

    /// <summary>Connects.</summary>
    /// <param name="address">Where to.</param>
    /// <param name="timeout">How long connecting, sending and each wait for bytes may take.</param>
    /// <exception cref="SocketException">Nobody listens there, or the network says no.</exception>
    public static ServerConnection Open(HostPort address, TimeSpan timeout)
    {
        var endPoint = IPAddress.TryParse(address.Host, out var ip)
            ? (EndPoint)new IPEndPoint(ip, address.Port)
            : new DnsEndPoint(address.Host, address.Port);
        var socket = ip is null
            ? new Socket(SocketType.Stream, ProtocolType.Tcp)
            : new Socket(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.NoDelay = true;
            socket.SendTimeout = socket.ReceiveTimeout = (int)timeout.TotalMilliseconds;
            socket.Connect(endPoint);
            return new ServerConnection(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends what is in <see cref="Output" /> and empties it.</summary>
    /// <exception cref="SocketException">The connection is broken, or the time is up.</exception>
    public void Send()
    {
        var rest = Output.WrittenSpan;
        while (!rest.IsEmpty)
        {
            rest = rest[_socket.Send(rest)..];
        }

        Output.ResetWrittenCount();
    }

    /// <summary>Waits for more bytes.</summary>
    /// <exception cref="SocketException">The connection is broken or closed, or the time is up.</exception>
    public void Receive()
    {
        if (_start > 0)
        {
            Received.CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, checked(_buffer.Length * 2));
        }

        var count = _socket.Receive(_buffer.AsSpan(_end));
        if (count == 0)
        {
            throw new SocketException((int)SocketError.ConnectionReset);
        }

        _end += count;
    }

    /// <summary>Drops bytes from the beginning of <see cref="Received" />.</summary>
    /// <remarks>The bytes stay where they are until the next <see cref="Receive" />, so that views of them stay good until then.</remarks>
    public void Consume(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _end - _start);
        _start += count;
        if (_start == _end)
        {
            _start = _end = 0;
        }
    }

    /// <summary>Closes the connection.</summary>
    public void Dispose() => _socket.Dispose();
}
