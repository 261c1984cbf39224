using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Catena.Cli.CommandLine;

namespace Catena.Cli.Bench.Loop;

/// <summary>One connection of a loop, to one node after the other: it never blocks, and requests are answered in their order.</summary>
/// <param name="number">What the connection is called in its loop.</param>
/// <param name="most">How many requests may be without an answer.</param>
/// <param name="readiness">Watches the socket.</param>
/// <param name="sink">Hears what becomes of requests.</param>
/// <param name="clock">The time.</param>
internal sealed class LoadChannel(int number, int most, IReadiness readiness, IStepSink sink, Func<long> clock) : IDisposable
{
    private const int FirstBufferBytes = 64 * 1024;

    // Room for the password's request beside the others.
    private readonly PendingStep[] _pending = new PendingStep[most + 1];
    private readonly ArrayBufferWriter<byte> _output = new(4096);
    private byte[] _input = new byte[FirstBufferBytes];
    private int _start;
    private int _end;
    private int _sent;
    private int _first;
    private Socket? _socket;
    private bool _isConnecting;
    private bool _isBlocked;

    /// <summary>Whether requests can be queued.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>How many requests have no answer.</summary>
    public int Pending { get; private set; }

    /// <summary>How many requests may be queued.</summary>
    public int Free => IsOpen ? most - Pending : 0;

    /// <summary>Since when something has been waited for without progress: a connection, or an answer.</summary>
    public long WaitingSince { get; private set; }

    /// <summary>Whether a connection is there or being made.</summary>
    public bool IsAlive => _socket is not null;

    /// <summary>Until when the connection has a pause, or is not tried again.</summary>
    public long RestsUntil { get; set; }

    /// <summary>When a write was last acknowledged.</summary>
    public long LastWrite { get; set; }

    /// <summary>The node that it is connected to, or was last.</summary>
    public HostPort Node { get; private set; }

    /// <summary>What goes through the connection.</summary>
    public IBenchCodec Codec { get; private set; } = new ThriftCodec();

    /// <summary>What the next <see cref="Flush" /> sends.</summary>
    public IBufferWriter<byte> Output => _output;

    /// <summary>Begins to connect.</summary>
    public void Connect(HostPort node, IBenchCodec codec, long now)
    {
        (Node, Codec) = (node, codec);
        WaitingSince = now;
        (_start, _end, _sent, _first, Pending, _isBlocked) = (0, 0, 0, 0, 0, false);
        _output.ResetWrittenCount();
        try
        {
            var address = IPAddress.TryParse(node.Host, out var ip) ? ip : Dns.GetHostAddresses(node.Host)[0];
            _socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, Blocking = false };
            _isConnecting = true;
            try
            {
                _socket.Connect(new IPEndPoint(address, node.Port));
            }
            catch (SocketException pending) when (pending.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
            {
                // It is ready for writing when it is through.
            }

            readiness.Add(_socket, number, forWriting: true);
        }
        catch (SocketException refused)
        {
            Drop($"connect to {node}: {refused.SocketErrorCode}");
        }
    }

    /// <summary>Takes note of a request that was written to <see cref="Output" />.</summary>
    public void Queue(in PendingStep step)
    {
        if (Pending == 0)
        {
            WaitingSince = step.Due;
        }

        var place = _first + Pending++;
        _pending[place >= _pending.Length ? place - _pending.Length : place] = step;
    }

    /// <summary>Sends what was queued, as far as the system takes it.</summary>
    public void Flush()
    {
        while (_socket is not null && !_isBlocked && _sent < _output.WrittenCount)
        {
            var count = _socket.Send(_output.WrittenSpan[_sent..], SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock)
            {
                _isBlocked = true;
                readiness.Change(_socket, number, forWriting: true);
                return;
            }

            if (error != SocketError.Success)
            {
                Drop($"connection: {error}");
                return;
            }

            _sent += count;
        }

        if (_sent == _output.WrittenCount)
        {
            _sent = 0;
            _output.ResetWrittenCount();
        }
    }

    /// <summary>The socket is ready for something.</summary>
    public void React(long now)
    {
        if (_socket is null)
        {
            return;
        }

        if (_isConnecting)
        {
            EndConnecting(now);
            return;
        }

        if (_isBlocked)
        {
            _isBlocked = false;
            readiness.Change(_socket, number, forWriting: false);
            Flush();
        }

        Receive();
    }

    /// <summary>Gives the connection up; requests without an answer are told as lost.</summary>
    /// <param name="error">Why; null where nothing went wrong.</param>
    public void Drop(string? error)
    {
        if (_socket is not null)
        {
            readiness.Remove(_socket, number);
            _socket.Dispose();
            _socket = null;
        }

        (IsOpen, _isConnecting) = (false, false);
        if (error is not null)
        {
            sink.Broke(error);
        }

        while (Pending > 0)
        {
            sink.Lost(Take());
        }
    }

    /// <summary>Closes the connection in order, after the last answer.</summary>
    public void Close()
    {
        if (IsOpen && Codec.WriteFarewell(_output))
        {
            Flush();
        }

        Drop(null);
    }

    /// <inheritdoc />
    public void Dispose() => Drop(null);

    private void EndConnecting(long now)
    {
        var error = (SocketError)(int)_socket!.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
        if (error != SocketError.Success)
        {
            Drop($"connect: {error}");
            return;
        }

        _isConnecting = false;
        readiness.Change(_socket, number, forWriting: false);
        if (Codec.WriteAuthentication(_output))
        {
            Queue(new PendingStep(default, BenchStep.Authenticate, now));
            Flush();
            return;
        }

        Open(now);
    }

    private void Open(long now)
    {
        IsOpen = true;
        LastWrite = LastWrite == 0 ? now : LastWrite;
        sink.Opened(this, now);
    }

    private void Receive()
    {
        MakeRoom();
        var count = _socket!.Receive(_input.AsSpan(_end), SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock)
        {
            return;
        }

        if (count == 0)
        {
            Drop($"connection: {(error == SocketError.Success ? SocketError.ConnectionReset : error)}");
            return;
        }

        _end += count;
        try
        {
            TakeReplies(clock());
        }
        catch (InvalidDataException foreign)
        {
            Drop($"protocol: {foreign.Message}");
        }
    }

    private void TakeReplies(long now)
    {
        while (_end > _start && _socket is not null)
        {
            if (Pending == 0)
            {
                throw new InvalidDataException("an answer to nothing");
            }

            var step = _pending[_first].Step;
            if (!Codec.TryRead(_input.AsSpan(_start, _end - _start), step, out var reply, out var consumed))
            {
                return;
            }

            _start += consumed;
            WaitingSince = now;
            var answered = Take();
            if (step != BenchStep.Authenticate)
            {
                sink.Answered(this, answered, reply, now);
            }
            else if (reply.Outcome == OperationOutcome.Ok)
            {
                Open(now);
            }
            else
            {
                Drop($"AUTH was refused: {reply.Error}");
            }
        }
    }

    private PendingStep Take()
    {
        var step = _pending[_first];
        _first = _first + 1 == _pending.Length ? 0 : _first + 1;
        Pending--;
        return step;
    }

    private void MakeRoom()
    {
        if (_start == _end)
        {
            _start = _end = 0;
        }
        else if (_start > 0 && _end == _input.Length)
        {
            _input.AsSpan(_start, _end - _start).CopyTo(_input);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _input.Length)
        {
            Array.Resize(ref _input, checked(_input.Length * 2));
        }
    }
}
