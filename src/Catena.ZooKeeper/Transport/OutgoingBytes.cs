using System.Net.Sockets;
using Catena.ZooKeeper.Jute;

namespace Catena.ZooKeeper.Transport;

/// <summary>The bytes that wait to be sent on one connection: anyone adds, one pump sends, and all that waits goes with one send.</summary>
/// <remarks>
/// Thread-safe, but <see cref="PumpAsync" /> runs once. It sets no limit of its own; who adds looks at <see cref="Unsent" />.
/// </remarks>
internal sealed class OutgoingBytes : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _signal = new(0);
    private JuteWriter _waiting = new();
    private JuteWriter _sending = new();
    private TaskCompletionSource? _progress;
    private long _appended;
    private long _handedOver;
    private long _sent;
    private bool _completed;

    /// <summary>
    /// How many bytes the socket has begun to send: what was added before that may have arrived, what comes after cannot have.
    /// </summary>
    public long HandedOver
    {
        get
        {
            lock (_gate)
            {
                return _handedOver;
            }
        }
    }

    /// <summary>How many bytes were added and are not sent.</summary>
    public long Unsent
    {
        get
        {
            lock (_gate)
            {
                return _appended - _sent;
            }
        }
    }

    /// <summary>Adds bytes behind all others; after <see cref="Complete" /> they are dropped.</summary>
    /// <param name="bytes">Whole frames.</param>
    /// <returns>The place of the first byte in the stream of all bytes, to be compared with <see cref="HandedOver" />.</returns>
    public long Append(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            var start = _appended;
            if (_completed)
            {
                return start;
            }

            _appended += bytes.Length;
            var wake = _waiting.Length == 0;
            _waiting.Raw(bytes);
            if (wake)
            {
                _signal.Release();
            }

            return start;
        }
    }

    /// <summary>Says that nothing more comes: the pump sends what waits and ends.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            if (!_completed)
            {
                _completed = true;
                _signal.Release();
            }
        }
    }

    /// <summary>Waits until no more than <paramref name="limit" /> bytes are unsent.</summary>
    /// <param name="limit">How many may be.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task WaitForRoomAsync(long limit, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task progress;
            lock (_gate)
            {
                if (_appended - _sent <= limit)
                {
                    return;
                }

                _progress ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                progress = _progress.Task;
            }

            await progress.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Sends what is added until <see cref="Complete" /> was called and all is sent.</summary>
    /// <param name="socket">Where to.</param>
    /// <param name="cancellationToken">Ends the pump at once.</param>
    public async Task PumpAsync(Socket socket, CancellationToken cancellationToken)
    {
        while (true)
        {
            await _signal.WaitAsync(cancellationToken).ConfigureAwait(false);
            lock (_gate)
            {
                if (_waiting.Length == 0 && _completed)
                {
                    return;
                }

                (_waiting, _sending) = (_sending, _waiting);
                _handedOver = _appended;
            }

            for (var rest = (ReadOnlyMemory<byte>)_sending.WrittenMemory; !rest.IsEmpty;)
            {
                rest = rest[await socket.SendAsync(rest, SocketFlags.None, cancellationToken).ConfigureAwait(false)..];
            }

            TaskCompletionSource? progress;
            lock (_gate)
            {
                _sent += _sending.Length;
                _sending.Clear();
                (progress, _progress) = (_progress, null);
            }

            progress?.SetResult();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _signal.Dispose();
}
