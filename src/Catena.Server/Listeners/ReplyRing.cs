namespace Catena.Server.Listeners;

/// <summary>The replies of one connection that are not in its output yet, in the order of their requests.</summary>
/// <remarks>
/// Only the connection's pump uses it. Slots are kept and used again; the ring grows with the number of commands under way and
/// stays that large, so that a steady load allocates nothing.
/// </remarks>
internal sealed class ReplyRing
{
    private const int FirstSlots = 16;

    private readonly ClientConnection _connection;
    private ReplySlot?[] _slots = [];
    private long _head;
    private long _tail;

    /// <summary>An empty ring.</summary>
    /// <param name="connection">The connection whose replies it holds.</param>
    public ReplyRing(ClientConnection connection) => _connection = connection;

    /// <summary>How many replies it holds, complete or not.</summary>
    public int Count => (int)(_tail - _head);

    /// <summary>The number of the next request.</summary>
    public long NextTag => _tail;

    /// <summary>Takes the slot for the next request.</summary>
    /// <param name="shape">How the result becomes a reply.</param>
    /// <param name="note">What the protocol needs to answer.</param>
    /// <param name="requestBytes">The bytes of the request.</param>
    /// <param name="form">What makes the reply of the result, where a shape cannot say it.</param>
    /// <param name="isSilent">Whether the reply is dropped.</param>
    public ReplySlot Take(int shape, int note, int requestBytes, object? form, bool isSilent)
    {
        if (Count == _slots.Length)
        {
            Grow();
        }

        ref var slot = ref _slots[_tail & (_slots.Length - 1)];
        slot ??= new ReplySlot(_connection);
        slot.Begin(_tail, shape, note, requestBytes, form, isSilent);
        _tail++;
        return slot;
    }

    /// <summary>Moves the complete replies at the head into the output, in order, up to the first that is not complete.</summary>
    /// <param name="output">Where to; null drops them.</param>
    /// <returns>The bytes of the requests that were answered.</returns>
    public long Drain(PooledBuffer? output)
    {
        var requestBytes = 0L;
        while (_head != _tail)
        {
            var slot = _slots[_head & (_slots.Length - 1)]!;
            if (!slot.IsDone)
            {
                break;
            }

            if (!slot.IsSilent)
            {
                output?.Append(slot.Reply);
            }

            requestBytes += slot.RequestBytes;
            if (slot.BegunAt != 0)
            {
                _connection.OnAnswered(slot);
            }

            slot.Reset();
            _head++;
        }

        return requestBytes;
    }

    /// <summary>Gives all arrays back; only where nothing is under way.</summary>
    public void Release()
    {
        foreach (var slot in _slots)
        {
            slot?.Release();
        }

        _slots = [];
    }

    private void Grow()
    {
        var larger = new ReplySlot?[Math.Max(_slots.Length * 2, FirstSlots)];
        for (var tag = _head; tag != _tail; tag++)
        {
            larger[tag & (larger.Length - 1)] = _slots[tag & (_slots.Length - 1)];
        }

        _slots = larger;
    }
}
