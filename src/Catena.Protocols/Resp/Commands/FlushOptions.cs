using System.Text;

namespace Catena.Protocols.Resp.Commands;

/// <summary>The argument of FLUSHALL and FLUSHDB: ASYNC, SYNC or nothing.</summary>
/// <param name="IsAsync">Whether the client does not mind that memory is freed later.</param>
public readonly record struct FlushOptions(bool IsAsync)
{
    /// <summary>Reads the argument of a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="options">The options.</param>
    /// <param name="error">The error to answer, if the result is false.</param>
    public static bool TryParse(RespRequest request, out FlushOptions options, out ReadOnlySpan<byte> error)
    {
        options = new FlushOptions(request.Count == 2 && Ascii.EqualsIgnoreCase(request[1], "ASYNC"u8));
        var valid = request.Count == 1 || options.IsAsync || (request.Count == 2 && Ascii.EqualsIgnoreCase(request[1], "SYNC"u8));
        error = valid ? default : RespErrors.Syntax;
        return valid;
    }
}
