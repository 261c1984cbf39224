using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Catena.Integration.Tests.Redis;

/// <summary>A connection that sends requests as they are and reads replies as they come, with no client in between.</summary>
internal sealed class RawConnection : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly TcpClient _client;
    private readonly BufferedStream _input;

    private RawConnection(TcpClient client)
    {
        _client = client;
        _client.NoDelay = true;
        _client.ReceiveTimeout = _client.SendTimeout = (int)Patience.TotalMilliseconds;
        _input = new BufferedStream(client.GetStream(), 64 << 10);
    }

    /// <summary>Connects, and agrees on a version of the protocol.</summary>
    /// <param name="port">A port of this machine.</param>
    /// <param name="version">2, which needs no agreement, or 3.</param>
    internal static RawConnection Open(int port, int version)
    {
        var connection = new RawConnection(new TcpClient("127.0.0.1", port));
        if (version == 3)
        {
            connection.Send(["HELLO"u8.ToArray(), "3"u8.ToArray()]);
            var reply = connection.Read();
            Assert.StartsWith("%", reply.Head, StringComparison.Ordinal);
        }

        return connection;
    }

    /// <summary>Sends one request.</summary>
    /// <param name="arguments">The command's name and its arguments.</param>
    internal void Send(IReadOnlyList<byte[]> arguments) => SendAll([arguments]);

    /// <summary>Sends requests together.</summary>
    /// <param name="requests">Of each the command's name and its arguments.</param>
    internal void SendAll(IEnumerable<IReadOnlyList<byte[]>> requests)
    {
        using var bytes = new MemoryStream();
        foreach (var arguments in requests)
        {
            bytes.Write(Encoding.ASCII.GetBytes($"*{arguments.Count}\r\n"));
            foreach (var argument in arguments)
            {
                bytes.Write(Encoding.ASCII.GetBytes($"${argument.Length}\r\n"));
                bytes.Write(argument);
                bytes.Write("\r\n"u8);
            }
        }

        Send(bytes.ToArray());
    }

    /// <summary>Sends bytes as they are.</summary>
    /// <param name="bytes">The bytes.</param>
    internal void Send(byte[] bytes)
    {
        try
        {
            _client.GetStream().Write(bytes);
        }
        catch (IOException)
        {
            // The other side has closed; reading says so.
        }
    }

    /// <summary>Reads one reply, or <see cref="RawReply.Closed" />, or <see cref="RawReply.Nothing" />.</summary>
    internal RawReply Read()
    {
        try
        {
            return ReadOne();
        }
        catch (EndOfStreamException)
        {
            return RawReply.Closed;
        }
        catch (IOException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
            return RawReply.Closed;
        }
        catch (IOException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.TimedOut or SocketError.WouldBlock })
        {
            return RawReply.Nothing;
        }
    }

    public void Dispose()
    {
        _input.Dispose();
        _client.Dispose();
    }

    private RawReply ReadOne()
    {
        var head = ReadLine();
        var count = head.Length > 1 && "$=!*%~>".Contains(head[0], StringComparison.Ordinal)
            ? int.Parse(head.AsSpan(1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)
            : -1;
        if (count < 0)
        {
            return new RawReply(head, null, []);
        }

        if ("$=!".Contains(head[0], StringComparison.Ordinal))
        {
            var body = new byte[count + 2];
            _input.ReadExactly(body);
            return new RawReply(head, body[..count], []);
        }

        var items = new RawReply[head[0] == '%' ? count * 2 : count];
        foreach (ref var item in items.AsSpan())
        {
            item = ReadOne();
        }

        return new RawReply(head, null, items);
    }

    private string ReadLine()
    {
        var line = new List<byte>();
        while (line is not [.., (byte)'\r', (byte)'\n'])
        {
            var next = _input.ReadByte();
            if (next < 0)
            {
                throw new EndOfStreamException();
            }

            line.Add((byte)next);
        }

        return Encoding.Latin1.GetString([.. line[..^2]]);
    }
}
