namespace Catena.Server.Listeners;

/// <summary>Messages that answer no request and wait until their connection's pump puts them between two replies.</summary>
/// <remarks>
/// Thread-safe: any thread adds, the pump takes. The lock is held only to copy one message or to exchange two buffers, so whoever adds
/// never waits for a client. How much may wait is decided by who adds.
/// </remarks>
internal sealed class PushQueue
{
    private const int KeptBytes = 64 << 10;

    private readonly Lock _sync = new();
    private PooledBuffer _waiting = new();
    private PooledBuffer _taken = new();
    private int _length;
    private bool _isClosed;

    /// <summary>How many bytes wait.</summary>
    public int Length => Volatile.Read(ref _length);

    /// <summary>Adds a message.</summary>
    /// <param name="first">The message's first byte, which tells versions of a protocol apart.</param>
    /// <param name="rest">The bytes after it.</param>
    /// <returns>False where the connection is closed.</returns>
    public bool TryAdd(byte first, ReadOnlySpan<byte> rest)
    {
        lock (_sync)
        {
            if (_isClosed)
            {
                return false;
            }

            var target = _waiting.GetSpan(1 + rest.Length);
            target[0] = first;
            rest.CopyTo(target[1..]);
            _waiting.Advance(1 + rest.Length);
            Volatile.Write(ref _length, _waiting.Length);
            return true;
        }
    }

    /// <summary>Moves everything that waits; called by the pump only.</summary>
    /// <param name="output">Where to.</param>
    public void MoveTo(PooledBuffer output)
    {
        if (Length == 0)
        {
            return;
        }

        lock (_sync)
        {
            (_waiting, _taken) = (_taken, _waiting);
            Volatile.Write(ref _length, 0);
        }

        output.Append(_taken.Written);
        _taken.Clear(KeptBytes);
    }

    /// <summary>Drops what waits and takes nothing more; called by the pump only.</summary>
    public void Close()
    {
        lock (_sync)
        {
            _isClosed = true;
            _waiting.Release();
            Volatile.Write(ref _length, 0);
        }

        _taken.Release();
    }
}
