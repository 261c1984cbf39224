namespace Catena.Protocols.Resp;

/// <summary>Enumerates the elements of one aggregate reply.</summary>
public ref struct RespElements
{
    private ReadOnlySpan<byte> _rest;
    private long _remaining;

    internal RespElements(ReadOnlySpan<byte> elements, long count)
    {
        _rest = elements;
        _remaining = count;
    }

    /// <summary>The element that <see cref="MoveNext" /> found.</summary>
    public RespReply Current { get; private set; }

    /// <summary>Moves to the next element.</summary>
    /// <returns>False after the last one.</returns>
    public bool MoveNext()
    {
        if (_remaining == 0)
        {
            return false;
        }

        Current = RespReply.ViewFirst(_rest, out var length);
        _rest = _rest[length..];
        _remaining--;
        return true;
    }
}
