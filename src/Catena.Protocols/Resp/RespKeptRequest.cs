namespace Catena.Protocols.Resp;

/// <summary>A copy of a request, which outlives the receive buffer.</summary>
public sealed class RespKeptRequest
{
    private readonly byte[] _bytes;
    private readonly RespRange[] _arguments;

    /// <summary>Copies a request.</summary>
    /// <param name="request">The request.</param>
    public RespKeptRequest(RespRequest request)
    {
        _arguments = new RespRange[request.Count];
        var length = 0;
        for (var i = 0; i < request.Count; i++)
        {
            _arguments[i] = new RespRange(length, request[i].Length);
            length += request[i].Length;
        }

        _bytes = new byte[length];
        for (var i = 0; i < request.Count; i++)
        {
            request[i].CopyTo(_bytes.AsSpan(_arguments[i].Start));
        }
    }

    /// <summary>The request.</summary>
    public RespRequest Request => new(_bytes, _arguments);

    /// <summary>About how much memory it takes.</summary>
    public int MemoryBytes => 96 + _bytes.Length + (_arguments.Length * 2 * sizeof(int));
}
