using Catena.Core.Data;

namespace Catena.Server.Routing;

/// <summary>Numbers this node's retryable requests to one partition, and knows up to where their outcomes are settled.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class RequestWindow(ulong origin, ulong incarnation)
{
    private readonly Lock _gate = new();
    private bool[] _settledAhead = new bool[64];
    private ulong _last;
    private ulong _settled;

    /// <summary>The next request's number.</summary>
    internal ulong Take()
    {
        lock (_gate)
        {
            _last++;
            if (_last - _settled > (ulong)_settledAhead.Length)
            {
                Grow();
            }

            return _last;
        }
    }

    /// <summary>The id to send with a request, which tells the partition what it may forget.</summary>
    internal RequestId IdOf(ulong sequence)
    {
        lock (_gate)
        {
            return new RequestId(origin, incarnation, sequence, Math.Min(_settled, sequence - 1));
        }
    }

    /// <summary>Notes that a request's outcome is known, or will not be asked for any more.</summary>
    internal void Settle(ulong sequence)
    {
        lock (_gate)
        {
            _settledAhead[Place(sequence)] = true;
            while (_settled < _last && _settledAhead[Place(_settled + 1)])
            {
                _settledAhead[Place(_settled + 1)] = false;
                _settled++;
            }
        }
    }

    private int Place(ulong sequence) => (int)(sequence & (ulong)(_settledAhead.Length - 1));

    private void Grow()
    {
        var old = _settledAhead;
        _settledAhead = new bool[old.Length * 2];
        for (var sequence = _settled + 1; sequence < _last; sequence++)
        {
            _settledAhead[Place(sequence)] = old[sequence & (ulong)(old.Length - 1)];
        }
    }
}
