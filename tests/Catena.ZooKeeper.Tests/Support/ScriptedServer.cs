using System.Net;
using System.Net.Sockets;
using Catena.ZooKeeper.Jute;
using Catena.ZooKeeper.Protocol;

namespace Catena.ZooKeeper.Tests.Support;

/// <summary>A server that says what a test tells it to, connection by connection.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<ScriptedConnection, int, Task> _script;
    private readonly Task _serving;
    private int _accepted;

    /// <summary>
    /// Starts; the script gets each connection and its number, from 0, and the connection is closed when the script ends.
    /// </summary>
    public ScriptedServer(Func<ScriptedConnection, int, Task> script)
    {
        _script = script;
        _listener.Start();
        _serving = ServeAsync();
    }

    public string ConnectString => _listener.LocalEndpoint.ToString()!;

    public int Accepted => Volatile.Read(ref _accepted);

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
    }

    private async Task ServeAsync()
    {
        var scripts = new List<Task>();
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync();
                var number = Interlocked.Increment(ref _accepted) - 1;
                scripts.Add(Task.Run(async () =>
                {
                    using var connection = new ScriptedConnection(socket);
                    try
                    {
                        await _script(connection, number);
                    }
                    catch (Exception e) when (e is IOException or SocketException)
                    {
                        // The client hung up.
                    }
                }));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(scripts);
        }
    }

    /// <summary>One connection, from the server's side.</summary>
    internal sealed class ScriptedConnection(Socket socket) : IDisposable
    {
        private readonly NetworkStream _stream = new(socket, ownsSocket: true);

        /// <summary>Whether the client has said something that was not read.</summary>
        public bool HasMore => socket.Available > 0;

        /// <summary>Reads the handshake and answers it.</summary>
        public async Task<ConnectRequest> GreetAsync(long sessionId = 77, int timeout = 6000)
        {
            var request = RawSession.Decode(await ReceiveAsync(), ConnectRequest.Read);
            await SendAsync(new ConnectResponse(timeout, sessionId, new byte[16], false).Write);
            return request;
        }

        public async Task<byte[]> ReceiveAsync()
        {
            var prefix = new byte[sizeof(int)];
            await _stream.ReadExactlyAsync(prefix);
            var frame = new byte[System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(prefix)];
            await _stream.ReadExactlyAsync(frame);
            return frame;
        }

        /// <summary>The next request's header.</summary>
        public async Task<RequestHeader> RequestAsync() => RawSession.Decode((await ReceiveAsync())[..8], RequestHeader.Read);

        public Task SendAsync(Action<JuteWriter> write)
        {
            var writer = new JuteWriter();
            var start = writer.BeginFrame();
            write(writer);
            writer.EndFrame(start);
            return SendBytesAsync(writer.Written.ToArray());
        }

        public Task ReplyAsync(int xid, ErrorCode error, Action<JuteWriter>? body = null) => SendAsync(writer =>
        {
            new ReplyHeader(xid, 1, error).Write(writer);
            body?.Invoke(writer);
        });

        public async Task SendBytesAsync(byte[] bytes) => await _stream.WriteAsync(bytes);

        /// <summary>Answers pings, existence and the session's end until the client hangs up.</summary>
        public async Task ServeAsync()
        {
            while (true)
            {
                var request = await RequestAsync();
                await ReplyAsync(request.Xid, ErrorCode.Ok, request.Type == OpCode.Exists ? default(Stat).Write : null);
            }
        }

        /// <summary>Says nothing until the client hangs up.</summary>
        public async Task ListenAsync()
        {
            while (true)
            {
                await ReceiveAsync();
            }
        }

        public void Dispose() => _stream.Dispose();
    }
}
