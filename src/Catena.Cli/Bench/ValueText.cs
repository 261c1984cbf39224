using System.Buffers.Text;

namespace Catena.Cli.Bench;

/// <summary>The values that a load writes: <c>value-N</c>, filled up with dots.</summary>
internal static class ValueText
{
    /// <summary>Writes a value.</summary>
    /// <param name="buffer">Where to; at least 32 bytes, and at least as long as the value is to be.</param>
    /// <param name="number">The number in it.</param>
    /// <param name="least">How long it is at least.</param>
    /// <returns>The value.</returns>
    public static ReadOnlySpan<byte> Write(Span<byte> buffer, long number, int least)
    {
        "value-"u8.CopyTo(buffer);
        Utf8Formatter.TryFormat(number, buffer[6..], out var digits);
        var length = 6 + digits;
        if (length >= least)
        {
            return buffer[..length];
        }

        buffer[length..least].Fill((byte)'.');
        return buffer[..least];
    }
}
