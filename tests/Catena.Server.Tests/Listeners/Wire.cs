using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Catena.Server.Tests.Listeners;

/// <summary>A client that sends and expects bytes.</summary>
internal sealed class Wire : IDisposable
{
    private const int Patience = 20_000;

    public Wire(IPEndPoint endPoint, int receiveBuffer = 0)
    {
        Socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = Patience, SendTimeout = Patience };
        if (receiveBuffer > 0)
        {
            Socket.ReceiveBufferSize = receiveBuffer;
        }

        Socket.Connect(endPoint);
    }

    public Socket Socket { get; }

    /// <summary>Sends text, one byte a character.</summary>
    public void Send(string text) => Send(Encoding.Latin1.GetBytes(text));

    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[Socket.Send(bytes)..];
        }
    }

    /// <summary>Sends one request of the Redis protocol.</summary>
    public void Request(params string[] arguments) => Send(Encode(arguments));

    public static string Encode(params string[] arguments) =>
        $"*{arguments.Length}\r\n{string.Concat(arguments.Select(argument => $"${argument.Length}\r\n{argument}\r\n"))}";

    /// <summary>Reads as many bytes as the text has, and compares.</summary>
    public void Expect(string text) => Assert.Equal(text, Encoding.Latin1.GetString(Receive(text.Length)));

    /// <summary>Sends a request and expects a reply.</summary>
    public void Ask(string request, string reply)
    {
        Request(request.Split(' '));
        Expect(reply);
    }

    public byte[] Receive(int count)
    {
        var bytes = new byte[count];
        var read = 0;
        while (read < count)
        {
            var now = Socket.Receive(bytes.AsSpan(read));
            if (now == 0)
            {
                Assert.Fail($"The server closed after {read} of {count} bytes: {Encoding.Latin1.GetString(bytes, 0, read)}");
            }

            read += now;
        }

        return bytes;
    }

    /// <summary>Reads up to the end of the connection.</summary>
    public string ReceiveToEnd()
    {
        var text = new StringBuilder();
        var bytes = new byte[4096];
        int read;
        while ((read = Socket.Receive(bytes)) > 0)
        {
            text.Append(Encoding.Latin1.GetString(bytes, 0, read));
        }

        return text.ToString();
    }

    /// <summary>Reads one bulk string.</summary>
    public string ReceiveBulk()
    {
        var header = new StringBuilder();
        while (!header.ToString().EndsWith("\r\n", StringComparison.Ordinal))
        {
            header.Append((char)Receive(1)[0]);
        }

        Assert.Equal('$', header[0]);
        var length = int.Parse(header.ToString().AsSpan(1), System.Globalization.CultureInfo.InvariantCulture);
        var body = Encoding.Latin1.GetString(Receive(length + 2));
        return body[..^2];
    }

    /// <summary>Whether the server has closed the connection, in order or not.</summary>
    public bool IsClosed()
    {
        try
        {
            return Socket.Receive(new byte[1]) == 0;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            return true;
        }
    }

    public void Dispose() => Socket.Dispose();
}
