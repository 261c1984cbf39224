using System.Text;

namespace Catena.Protocols.Resp.Commands;

/// <summary>The options of COPY after its two keys.</summary>
/// <param name="Replaces">REPLACE: a value that stands there already is replaced.</param>
public readonly record struct CopyOptions(bool Replaces)
{
    /// <summary>Reads the options of a request that has two keys. <c>DB</c> may name the one database there is.</summary>
    /// <param name="request">The request.</param>
    /// <param name="options">The options.</param>
    /// <param name="error">The error to answer, if the result is false.</param>
    public static bool TryParse(RespRequest request, out CopyOptions options, out ReadOnlySpan<byte> error)
    {
        options = default;
        error = default;
        for (var i = 3; i < request.Count; i++)
        {
            if (Ascii.EqualsIgnoreCase(request[i], "REPLACE"u8))
            {
                options = new CopyOptions(true);
            }
            else if (i + 1 < request.Count && Ascii.EqualsIgnoreCase(request[i], "DB"u8))
            {
                if (!DatabaseIndex.TryParse(request[++i], out error))
                {
                    return false;
                }
            }
            else
            {
                error = RespErrors.Syntax;
                return false;
            }
        }

        error = request[1].SequenceEqual(request[2]) ? RespErrors.SameObject : default;
        return error.IsEmpty;
    }
}
