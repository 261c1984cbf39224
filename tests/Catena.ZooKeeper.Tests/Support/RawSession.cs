using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;
using Catena.ZooKeeper.Jute;
using Catena.ZooKeeper.Protocol;

namespace Catena.ZooKeeper.Tests.Support;

/// <summary>A connection on which a test says and hears exactly what it wants.</summary>
internal sealed class RawSession : IDisposable
{
    public const int OneFrame = 64 * 1024 * 1024;
    private readonly NetworkStream _stream;

    private RawSession(Socket socket) => _stream = new NetworkStream(socket, ownsSocket: true);

    /// <summary>The answer to the handshake.</summary>
    public ConnectResponse Response { get; private set; }

    public static async Task<RawSession> DialAsync(string connectString)
    {
        var host = connectString.Split(',')[0].Split('/')[0];
        var colon = host.LastIndexOf(':');
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(host[..colon], int.Parse(host[(colon + 1)..], CultureInfo.InvariantCulture));
        return new RawSession(socket);
    }

    /// <summary>Connects and shakes hands; a server that hangs up instead, as one of an ensemble does now and then when it is busy, is asked again.</summary>
    public static async Task<RawSession> OpenAsync(
        string connectString, int timeout = 4000, long sessionId = 0, byte[]? password = null, long lastZxid = 0)
    {
        const int Attempts = 20;
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var raw = await DialAsync(connectString);
            await raw.SendAsync(writer => new ConnectRequest(lastZxid, timeout, sessionId, password ?? new byte[16], false).Write(writer));
            if (await raw.ReceiveAsync() is { } frame)
            {
                raw.Response = Decode(frame, ConnectResponse.Read);
                return raw;
            }

            raw.Dispose();
        }

        throw new EndOfStreamException("hung up each time");
    }

    public static T Decode<T>(byte[] frame, Decoder<T> decoder)
    {
        var reader = new JuteReader(frame);
        var decoded = decoder(ref reader);
        Assert.True(reader.IsValid);
        return decoded;
    }

    /// <summary>Sends a frame.</summary>
    public Task SendAsync(Action<JuteWriter> write)
    {
        var writer = new JuteWriter();
        var start = writer.BeginFrame();
        write(writer);
        writer.EndFrame(start);
        return SendBytesAsync(writer.Written.ToArray());
    }

    /// <summary>Sends a request.</summary>
    public Task SendAsync(int xid, OpCode type, Action<JuteWriter>? body = null) => SendAsync(writer =>
    {
        new RequestHeader(xid, type).Write(writer);
        body?.Invoke(writer);
    });

    public async Task SendBytesAsync(byte[] bytes) => await _stream.WriteAsync(bytes);

    /// <summary>The next frame, or null where the server hangs up.</summary>
    public async Task<byte[]?> ReceiveAsync()
    {
        var prefix = await ReadAsync(sizeof(int)).Soon();
        if (prefix.Length < sizeof(int))
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32BigEndian(prefix);
        Assert.InRange(length, 0, OneFrame);
        var frame = await ReadAsync(length).Soon();
        return frame.Length == length ? frame : null;
    }

    /// <summary>The next reply's header and body.</summary>
    public async Task<(ReplyHeader Header, byte[] Body)> ReplyAsync()
    {
        var frame = await ReceiveAsync() ?? throw new EndOfStreamException("the server hung up");
        return (Decode(frame, ReplyHeader.Read), frame[16..]);
    }

    /// <summary>Sends a request and gives its reply's header and body.</summary>
    public async Task<(ReplyHeader Header, byte[] Body)> AskAsync(int xid, OpCode type, Action<JuteWriter>? body = null)
    {
        await SendAsync(xid, type, body);
        var reply = await ReplyAsync();
        Assert.Equal(xid, reply.Header.Xid);
        return reply;
    }

    /// <summary>All that comes until the server hangs up.</summary>
    public async Task<byte[]> ReadToEndAsync() => await ReadAsync(int.MaxValue).Soon();

    public void Dispose() => _stream.Dispose();

    private async Task<byte[]> ReadAsync(int length)
    {
        var bytes = new MemoryStream();
        var buffer = new byte[Math.Min(length, 64 * 1024)];
        try
        {
            while (bytes.Length < length)
            {
                var count = await _stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, length - bytes.Length)));
                if (count == 0)
                {
                    break;
                }

                bytes.Write(buffer, 0, count);
            }
        }
        catch (IOException)
        {
            // A reset is a way to hang up too.
        }

        return bytes.ToArray();
    }
}
