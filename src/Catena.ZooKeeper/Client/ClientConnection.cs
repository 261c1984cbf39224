using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Catena.ZooKeeper.Jute;
using Catena.ZooKeeper.Protocol;
using Catena.ZooKeeper.Transport;

namespace Catena.ZooKeeper.Client;

/// <summary>
/// One TCP connection to one server: handshake, requests out, replies and events in, pings; it never comes back once broken.
/// </summary>
/// <remarks>
/// Replies come first in, first out; a reply out of turn, an undecodable one or silence for two thirds of the session timeout breaks
/// the connection. Then every request without a reply fails with ConnectionLoss, and none is sent again.
/// </remarks>
internal sealed class ClientConnection : IDisposable
{
    private static readonly TimeSpan LongestIdle = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PingMargin = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Queue<PendingRequest> _pending = new();
    private readonly Queue<PendingRequest> _pendingAuth = new();
    private readonly JuteWriter _frame = new();
    private readonly OutgoingBytes _outgoing = new();
    private readonly Socket _socket;
    private readonly PipeReader _incoming;
    private readonly IConnectionListener _listener;
    private readonly ZooKeeperClientOptions _options;
    private int _lastXid;
    private bool _broken;
    private long _lastHeard;
    private long _lastSent;

    private ClientConnection(Socket socket, IConnectionListener listener, ZooKeeperClientOptions options)
    {
        _socket = socket;
        _incoming = PipeReader.Create(new NetworkStream(socket, ownsSocket: false), new StreamPipeReaderOptions(bufferSize: 16 * 1024));
        _listener = listener;
        _options = options;
        _lastHeard = _lastSent = options.TimeProvider.GetTimestamp();
    }

    /// <summary>When the server was last heard, by the clock's timestamps.</summary>
    public long LastHeard => Volatile.Read(ref _lastHeard);

    /// <summary>Connects and shakes hands; nothing else is written before the server's response has come.</summary>
    /// <param name="server">Where to.</param>
    /// <param name="request">The handshake.</param>
    /// <param name="listener">Hears of events.</param>
    /// <param name="options">Limits and clock.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="SocketException">There is no connection.</exception>
    /// <exception cref="IOException">The server hung up, as one does that is behind the client.</exception>
    /// <exception cref="InvalidDataException">The response is none.</exception>
    public static async Task<(ClientConnection Connection, ConnectResponse Response)> OpenAsync(
        ServerAddress server,
        ConnectRequest request,
        IConnectionListener listener,
        ZooKeeperClientOptions options,
        CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(server.Host, server.Port, cancellationToken).ConfigureAwait(false);
            var connection = new ClientConnection(socket, listener, options);
            var hello = new JuteWriter();
            var start = hello.BeginFrame();
            request.Write(hello);
            hello.EndFrame(start);
            for (var rest = (ReadOnlyMemory<byte>)hello.WrittenMemory; !rest.IsEmpty;)
            {
                rest = rest[await socket.SendAsync(rest, SocketFlags.None, cancellationToken).ConfigureAwait(false)..];
            }

            var response = await connection.ReadResponseAsync(cancellationToken).ConfigureAwait(false);
            return (connection, response);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends a request behind all others.</summary>
    /// <param name="request">The request; its outcome is told through it.</param>
    /// <returns>False where the connection is broken: nothing was sent and nobody will be told.</returns>
    /// <exception cref="ArgumentException">The request is longer than servers accept; nothing was sent.</exception>
    public bool TrySubmit(PendingRequest request)
    {
        lock (_gate)
        {
            if (_broken)
            {
                return false;
            }

            _frame.Clear();
            var start = _frame.BeginFrame();
            request.Xid = request.Type switch
            {
                OpCode.SetWatches or OpCode.SetWatches2 => SpecialXid.SetWatches,
                OpCode.Auth => SpecialXid.Auth,
                _ => NextXid(),
            };
            new RequestHeader(request.Xid, request.Type).Write(_frame);
            request.WriteBody(_frame);
            _frame.EndFrame(start);
            if (_frame.Length - sizeof(int) > _options.MaxRequestBytes)
            {
                var length = _frame.Length - sizeof(int);
                _frame.Clear();
                throw new ArgumentException(
                    $"a request of {length} bytes is over the limit of {_options.MaxRequestBytes} bytes", nameof(request));
            }

            (request.Type == OpCode.Auth ? _pendingAuth : _pending).Enqueue(request);
            request.Start = _outgoing.Append(_frame.Written);
            Volatile.Write(ref _lastSent, _options.TimeProvider.GetTimestamp());
            return true;
        }
    }

    /// <summary>Serves the connection until it breaks and says why it broke; <see cref="FailPending" /> is due then.</summary>
    /// <param name="sessionTimeout">The timeout that the server gave.</param>
    /// <param name="cancellationToken">Breaks the connection.</param>
    public async Task<string> RunAsync(TimeSpan sessionTimeout, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] parts = [ReadAsync(stop.Token), _outgoing.PumpAsync(_socket, stop.Token), KeepAliveAsync(sessionTimeout, stop.Token)];
        var first = await Task.WhenAny(parts).ConfigureAwait(false);
        var reason = first.Exception?.InnerException?.Message ?? "closed";
        await stop.CancelAsync().ConfigureAwait(false);
        _socket.Dispose();
        await Task.WhenAll(parts).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return reason;
    }

    /// <summary>Fails every request that has no reply, and refuses later ones.</summary>
    /// <param name="reason">Why the connection broke.</param>
    public void FailPending(string reason)
    {
        PendingRequest[] pending;
        lock (_gate)
        {
            _broken = true;
            pending = [.. _pending, .. _pendingAuth];
            _pending.Clear();
            _pendingAuth.Clear();
        }

        var handedOver = _outgoing.HandedOver;
        foreach (var request in pending)
        {
            request.Fail(new ZooKeeperException(
                ErrorCode.ConnectionLoss, request.Path, $"the connection to ZooKeeper was lost: {reason}", request.Start < handedOver));
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _socket.Dispose();
        _incoming.Complete();
        _outgoing.Dispose();
    }

    private async Task<ConnectResponse> ReadResponseAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await _incoming.ReadAsync(cancellationToken).ConfigureAwait(false);
            var received = result.Buffer;
            switch (FrameSplitter.TryTake(ref received, _options.MaxReplyBytes, out var payload))
            {
                case FrameStatus.Complete:
                    var response = Decode(payload);
                    _incoming.AdvanceTo(received.Start);
                    return response;
                case FrameStatus.Impossible:
                    throw new InvalidDataException("what answered does not speak ZooKeeper's protocol");
                default:
                    break;
            }

            _incoming.AdvanceTo(received.Start, received.End);
            if (result.IsCompleted)
            {
                throw new EndOfStreamException("the server hung up during the handshake");
            }
        }

        static ConnectResponse Decode(in ReadOnlySequence<byte> payload)
        {
            using var frame = new ContiguousFrame(payload);
            var reader = new JuteReader(frame.Bytes);
            var response = ConnectResponse.Read(ref reader);
            return reader.IsValid ? response : throw new InvalidDataException("the server's connect response is malformed");
        }
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await _incoming.ReadAsync(cancellationToken).ConfigureAwait(false);
            var received = result.Buffer;
            FrameStatus status;
            while ((status = FrameSplitter.TryTake(ref received, _options.MaxReplyBytes, out var payload)) == FrameStatus.Complete)
            {
                Handle(payload);
            }

            if (status == FrameStatus.Impossible)
            {
                throw new InvalidDataException($"the server sent a frame with an impossible length or over {_options.MaxReplyBytes} bytes");
            }

            _incoming.AdvanceTo(received.Start, received.End);
            if (result.IsCompleted)
            {
                throw new EndOfStreamException("the server closed the connection");
            }
        }
    }

    private void Handle(in ReadOnlySequence<byte> payload)
    {
        using var frame = new ContiguousFrame(payload);
        var reader = new JuteReader(frame.Bytes);
        var header = ReplyHeader.Read(ref reader);
        if (!reader.IsValid)
        {
            throw new InvalidDataException("the server sent a reply without a header");
        }

        Volatile.Write(ref _lastHeard, _options.TimeProvider.GetTimestamp());
        switch (header.Xid)
        {
            case SpecialXid.WatchEvent:
                var happened = WatchedEvent.Read(ref reader);
                if (!reader.IsValid)
                {
                    throw new InvalidDataException("the server sent a malformed watch event");
                }

                _listener.OnEvent(happened);
                break;
            case SpecialXid.Ping:
                break;
            case SpecialXid.Auth:
                Complete(_pendingAuth, header, ref reader);
                break;
            default:
                Complete(_pending, header, ref reader);
                break;
        }
    }

    /// <summary>Hands a reply to the oldest request of its kind; credentials are answered before requests that stand in a queue.</summary>
    private void Complete(Queue<PendingRequest> pending, ReplyHeader header, ref JuteReader reader)
    {
        PendingRequest? request;
        lock (_gate)
        {
            if (!pending.TryPeek(out request) || request.Xid != header.Xid)
            {
                throw new InvalidDataException(
                    $"the server answered request {header.Xid} when {(request is null ? "none" : $"request {request.Xid}")} was due");
            }
        }

        if (header.Zxid > 0)
        {
            _listener.OnZxid(header.Zxid);
        }

        if (!request.TryComplete(header.Error, ref reader))
        {
            throw new InvalidDataException($"the server's answer to a {request.Type} request is malformed");
        }

        lock (_gate)
        {
            pending.Dequeue();
        }
    }

    private async Task KeepAliveAsync(TimeSpan sessionTimeout, CancellationToken cancellationToken)
    {
        var clock = _options.TimeProvider;
        var readTimeout = sessionTimeout * 2 / 3;
        var pingAfter = readTimeout / 2;
        if (pingAfter > PingMargin)
        {
            pingAfter = Max(pingAfter - PingMargin, PingMargin);
        }

        pingAfter = Min(pingAfter, LongestIdle);
        while (true)
        {
            var silence = clock.GetElapsedTime(LastHeard);
            if (silence >= readTimeout)
            {
                throw new TimeoutException($"nothing was heard for {silence.TotalMilliseconds:0} ms");
            }

            var idle = clock.GetElapsedTime(Volatile.Read(ref _lastSent));
            if (idle >= pingAfter)
            {
                Ping();
                idle = TimeSpan.Zero;
            }

            var next = Max(Min(pingAfter - idle, readTimeout - silence), TimeSpan.FromMilliseconds(1));
            await Task.Delay(next, clock, cancellationToken).ConfigureAwait(false);
        }

        static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
        static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
    }

    private void Ping()
    {
        lock (_gate)
        {
            _frame.Clear();
            var start = _frame.BeginFrame();
            new RequestHeader(SpecialXid.Ping, OpCode.Ping).Write(_frame);
            _frame.EndFrame(start);
            _outgoing.Append(_frame.Written);
            Volatile.Write(ref _lastSent, _options.TimeProvider.GetTimestamp());
        }
    }

    private int NextXid() => _lastXid = _lastXid == int.MaxValue ? 1 : _lastXid + 1;
}
