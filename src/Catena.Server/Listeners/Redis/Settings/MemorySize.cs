using System.Text;
using Catena.Protocols.Resp.Commands;

namespace Catena.Server.Listeners.Redis.Settings;

/// <summary>Numbers of bytes as Redis's configuration writes them: digits, perhaps with a unit.</summary>
internal static class MemorySize
{
    /// <summary>Reads a number of bytes; <c>k</c>, <c>m</c> and <c>g</c> are decimal, <c>kb</c>, <c>mb</c> and <c>gb</c> binary.</summary>
    /// <param name="text">All of it.</param>
    /// <param name="bytes">The number, or 0.</param>
    public static bool TryParse(ReadOnlySpan<byte> text, out long bytes)
    {
        var digits = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        digits = digits < 0 ? text.Length : digits;
        var factor = Encoding.Latin1.GetString(text[digits..]).ToUpperInvariant() switch
        {
            "" or "B" => 1,
            "K" => 1000,
            "KB" => 1L << 10,
            "M" => 1000 * 1000,
            "MB" => 1L << 20,
            "G" => 1000L * 1000 * 1000,
            "GB" => 1L << 30,
            _ => 0,
        };
        var isNumber = RedisInteger.TryParse(text[..digits], out bytes) && factor > 0 && bytes <= long.MaxValue / factor;
        bytes = isNumber ? bytes * factor : 0;
        return isNumber;
    }
}
