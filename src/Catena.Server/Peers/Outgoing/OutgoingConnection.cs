using System.Net.Sockets;
using Catena.Server.Platform;

namespace Catena.Server.Peers.Outgoing;

/// <summary>One established connection to a peer, on which this node only sends.</summary>
/// <remarks>
/// <para>
/// Frames are written into a buffer under a short lock. Whoever finds nobody sending swaps that buffer for an empty one and sends it on
/// the spot, without blocking; what others add meanwhile goes with the next send. So a lone frame goes at once and batches grow with load.
/// Where the socket takes no more, a pump on the thread pool goes on.
/// </para>
/// <para>Thread-safe. Nothing blocks but <see cref="DrainAsync" />, which waits asynchronously.</para>
/// </remarks>
internal sealed class OutgoingConnection
{
    private const int InlineRounds = 4;
    private const int FlushAtBytes = 256 << 10;
    private const int FreeBelowBytes = 64 << 10;
    private const int SendChunk = 256 << 10;

    private readonly Lock _gate = new();
    private readonly Socket _socket;
    private readonly int _maxPayload;
    private readonly int _maxQueue;
    private readonly TaskCompletionSource<string> _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private OutgoingBuffer _waiting = new();
    private OutgoingBuffer _sending = new();
    private TaskCompletionSource? _drained;
    private long _progressAt;
    private int _sent;
    private bool _isSending;
    private bool _isOver;
    private bool _isClosing;

    /// <summary>A connection whose handshake is done.</summary>
    /// <param name="socket">The socket, which the connection owns from now on.</param>
    /// <param name="incarnation">The peer's life.</param>
    /// <param name="maxPayload">The longest payload.</param>
    /// <param name="maxQueue">How many bytes may wait.</param>
    public OutgoingConnection(Socket socket, ulong incarnation, int maxPayload, int maxQueue)
    {
        socket.Blocking = false;
        _socket = socket;
        _maxPayload = maxPayload;
        _maxQueue = maxQueue;
        Incarnation = incarnation;
    }

    /// <summary>The life of the peer that answered.</summary>
    public ulong Incarnation { get; }

    /// <summary>Completes with the reason when the connection is over.</summary>
    public Task<string> Broken => _broken.Task;

    /// <summary>Whether next to nothing waits to be sent, as far as can be told without a lock.</summary>
    public bool IsFree => Volatile.Read(ref _waiting).Count + Volatile.Read(ref _sending).Count - Volatile.Read(ref _sent) < FreeBelowBytes;

    /// <summary>Appends a frame.</summary>
    /// <typeparam name="TState">What the payload is written from.</typeparam>
    /// <param name="kind">What it carries.</param>
    /// <param name="state">Handed to the writer.</param>
    /// <param name="write">Writes the payload.</param>
    /// <param name="atOnce">Whether it goes at once, or with the next <see cref="Flush" />.</param>
    /// <param name="maxQueue">How many bytes may wait for this frame to be accepted, where that is fewer than for any.</param>
    /// <returns>False where the connection is over or too much waits; nothing will be sent then.</returns>
    /// <exception cref="ArgumentException">The payload is longer than a receiver takes.</exception>
    public bool TryAppend<TState>(PeerFrameKind kind, TState state, PeerPayloadWriter<TState> write, bool atOnce, int maxQueue)
        where TState : allows ref struct
    {
        lock (_gate)
        {
            if (_isOver || _isClosing || !TryWriteFrame(kind, state, write, Math.Min(maxQueue, _maxQueue)))
            {
                return false;
            }

            if (_isSending || (!atOnce && _waiting.Count < FlushAtBytes))
            {
                return true;
            }

            BeginSending();
        }

        SendInline();
        return true;
    }

    /// <summary>Sends what waits, unless that is under way.</summary>
    public void Flush()
    {
        lock (_gate)
        {
            if (_isOver || _isSending || _waiting.Count == 0)
            {
                return;
            }

            BeginSending();
        }

        SendInline();
    }

    /// <summary>Whether the socket has taken no byte for long although some wait.</summary>
    /// <param name="now">The time.</param>
    /// <param name="limit">How long is long, in nanoseconds.</param>
    public bool IsStuck(long now, long limit)
    {
        lock (_gate)
        {
            return _isSending && !_isOver && now - Volatile.Read(ref _progressAt) > limit;
        }
    }

    /// <summary>Begins to listen for the end: the peer sends nothing on this connection, so whatever comes ends it.</summary>
    public void WatchForEnd() => _ = WatchAsync();

    /// <summary>Takes no more frames, sends those that wait, waits until the peer has read them, and ends the connection.</summary>
    /// <param name="deadline">Ends it in any case.</param>
    public async Task DrainAsync(CancellationToken deadline)
    {
        TaskCompletionSource? drained = null;
        lock (_gate)
        {
            _isClosing = true;
            if (!_isOver && (_isSending || _waiting.Count > 0))
            {
                _drained = drained = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }

        if (drained is not null)
        {
            Flush();
            await Task.WhenAny(drained.Task, Broken, Task.Delay(Timeout.Infinite, deadline)).ConfigureAwait(false);
        }

        if (!deadline.IsCancellationRequested && TryShutdown())
        {
            // The peer closes its side once it has read everything.
            await Task.WhenAny(Broken, Task.Delay(Timeout.Infinite, deadline)).ConfigureAwait(false);
        }

        End("closed in order");
    }

    /// <summary>Ends the connection, dropping what waits.</summary>
    /// <param name="reason">Why, for the log.</param>
    public void End(string reason)
    {
        lock (_gate)
        {
            if (_isOver)
            {
                return;
            }

            _isOver = true;
            if (!_isSending)
            {
                ReleaseBuffers();
            }
        }

        _socket.Dispose();
        _broken.TrySetResult(reason);
    }

    private async Task WatchAsync()
    {
        var nothing = new byte[1];
        try
        {
            var count = await _socket.ReceiveAsync(nothing, SocketFlags.None).ConfigureAwait(false);
            End(count == 0 ? "the peer closed it" : "the peer sent on a connection that is not for that");
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            End(e.Message);
        }
    }

    private bool TryWriteFrame<TState>(PeerFrameKind kind, TState state, PeerPayloadWriter<TState> write, int maxQueue)
        where TState : allows ref struct
    {
        var queued = _waiting.Count + (_isSending ? _sending.Count - _sent : 0);
        if (queued >= maxQueue)
        {
            return false;
        }

        _waiting.BeginFrame();
        var isWritten = false;
        try
        {
            write(_waiting, state);
            var length = _waiting.PayloadLength;
            if (length > _maxPayload)
            {
                throw new ArgumentException($"A {kind} frame has {length} bytes of payload, over the limit of {_maxPayload}.");
            }

            // A frame that alone is longer than the queue may be goes when nothing else waits, or it never would.
            isWritten = queued == 0 || queued + length <= maxQueue;
        }
        finally
        {
            if (isWritten)
            {
                _waiting.EndFrame(kind);
            }
            else
            {
                _waiting.DropFrame();
            }
        }

        return isWritten;
    }

    private bool TryShutdown()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
            return true;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    private void BeginSending()
    {
        (_waiting, _sending) = (_sending, _waiting);
        _sent = 0;
        _isSending = true;
        Volatile.Write(ref _progressAt, MonotonicClock.Now);
    }

    private void SendInline()
    {
        for (var round = 0; round < InlineRounds; round++)
        {
            while (_sent < _sending.Count)
            {
                var error = SendOnce(out var count);
                if (error == SocketError.WouldBlock)
                {
                    _ = Task.Run(PumpAsync);
                    return;
                }

                if (error != SocketError.Success)
                {
                    StopSending($"sending failed: {error}");
                    return;
                }

                _sent += count;
            }

            if (!TryGoOn())
            {
                return;
            }
        }

        // Others add faster than this thread sends: it has work of its own to go back to.
        _ = Task.Run(PumpAsync);
    }

    private SocketError SendOnce(out int count)
    {
        try
        {
            count = _socket.Send(_sending.Slice(_sent, _sending.Count - _sent).Span, SocketFlags.None, out var error);
            return error;
        }
        catch (ObjectDisposedException)
        {
            count = 0;
            return SocketError.OperationAborted;
        }
    }

    private async Task PumpAsync()
    {
        try
        {
            do
            {
                while (_sent < _sending.Count)
                {
                    var chunk = _sending.Slice(_sent, Math.Min(SendChunk, _sending.Count - _sent));
                    _sent += await _socket.SendAsync(chunk, SocketFlags.None).ConfigureAwait(false);
                    Volatile.Write(ref _progressAt, MonotonicClock.Now);
                }
            }
            while (TryGoOn());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            StopSending($"sending failed: {e.Message}");
        }
    }

    /// <summary>After a batch: takes what has been added meanwhile, or gives up being the sender.</summary>
    private bool TryGoOn()
    {
        lock (_gate)
        {
            _sending.Clear();
            if (_isOver)
            {
                _isSending = false;
                ReleaseBuffers();
                return false;
            }

            if (_waiting.Count == 0)
            {
                _isSending = false;
                _drained?.TrySetResult();
                return false;
            }

            BeginSending();
            return true;
        }
    }

    private void StopSending(string reason)
    {
        lock (_gate)
        {
            _isSending = false;
            if (_isOver)
            {
                ReleaseBuffers();
            }
        }

        End(reason);
    }

    private void ReleaseBuffers()
    {
        _waiting.Release();
        _sending.Release();
    }
}
