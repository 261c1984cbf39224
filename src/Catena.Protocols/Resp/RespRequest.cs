namespace Catena.Protocols.Resp;

/// <summary>The arguments of one whole request, the command's name first, as views of the receive buffer.</summary>
/// <remarks>
/// Valid until the reader that produced it reads again or the buffer's bytes change. A request has at least one argument;
/// any argument may be empty and may hold any bytes.
/// </remarks>
public readonly ref struct RespRequest
{
    private readonly ReadOnlySpan<byte> _source;
    private readonly ReadOnlySpan<RespRange> _arguments;

    internal RespRequest(ReadOnlySpan<byte> source, ReadOnlySpan<RespRange> arguments)
    {
        _source = source;
        _arguments = arguments;
    }

    /// <summary>The number of arguments, the command's name among them (Redis: <c>argc</c>).</summary>
    public int Count => _arguments.Length;

    /// <summary>The bytes of one argument.</summary>
    /// <param name="index">0 for the command's name.</param>
    /// <exception cref="IndexOutOfRangeException">The request has no such argument.</exception>
    public ReadOnlySpan<byte> this[int index]
    {
        get
        {
            var range = _arguments[index];
            return _source.Slice(range.Start, range.Length);
        }
    }
}
