using System.Text;

namespace Catena.Protocols.Resp.Commands;

/// <summary>The options of LCS after its two keys.</summary>
/// <param name="WantsLength">LEN: only the length is answered.</param>
/// <param name="WantsMatches">IDX: the places of the matches are answered.</param>
/// <param name="LeastMatch">MINMATCHLEN: shorter matches are left out.</param>
/// <param name="WithLengths">WITHMATCHLEN: each match comes with its length.</param>
public readonly record struct LcsOptions(bool WantsLength, bool WantsMatches, long LeastMatch, bool WithLengths)
{
    /// <summary>Reads the options of a request that has two keys.</summary>
    /// <param name="request">The request.</param>
    /// <param name="options">The options.</param>
    /// <param name="error">The error to answer, if the result is false.</param>
    public static bool TryParse(RespRequest request, out LcsOptions options, out ReadOnlySpan<byte> error)
    {
        options = default;
        error = default;
        for (var i = 3; i < request.Count; i++)
        {
            if (Ascii.EqualsIgnoreCase(request[i], "IDX"u8))
            {
                options = options with { WantsMatches = true };
            }
            else if (Ascii.EqualsIgnoreCase(request[i], "LEN"u8))
            {
                options = options with { WantsLength = true };
            }
            else if (Ascii.EqualsIgnoreCase(request[i], "WITHMATCHLEN"u8))
            {
                options = options with { WithLengths = true };
            }
            else if (i + 1 < request.Count && Ascii.EqualsIgnoreCase(request[i], "MINMATCHLEN"u8))
            {
                if (!RedisInteger.TryParse(request[++i], out var least))
                {
                    error = RespErrors.NotAnInteger;
                    return false;
                }

                options = options with { LeastMatch = Math.Max(least, 0) };
            }
            else
            {
                error = RespErrors.Syntax;
                return false;
            }
        }

        error = options is { WantsLength: true, WantsMatches: true } ? RespErrors.LcsBothForms : default;
        return error.IsEmpty;
    }
}
