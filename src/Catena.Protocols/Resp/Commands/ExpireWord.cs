using System.Text;

namespace Catena.Protocols.Resp.Commands;

/// <summary>The words EX, PX, EXAT and PXAT, which stand before a time in SET and GETEX.</summary>
internal static class ExpireWord
{
    /// <summary>Reads one of the words, in capitals or not.</summary>
    public static bool TryParse(ReadOnlySpan<byte> word, out ExpireUnit unit)
    {
        unit = default;
        if (Ascii.EqualsIgnoreCase(word, "EX"u8))
        {
            unit = ExpireUnit.Seconds;
        }
        else if (Ascii.EqualsIgnoreCase(word, "PX"u8))
        {
            unit = ExpireUnit.Milliseconds;
        }
        else if (Ascii.EqualsIgnoreCase(word, "EXAT"u8))
        {
            unit = ExpireUnit.UnixSeconds;
        }
        else if (Ascii.EqualsIgnoreCase(word, "PXAT"u8))
        {
            unit = ExpireUnit.UnixMilliseconds;
        }
        else
        {
            return false;
        }

        return true;
    }
}
