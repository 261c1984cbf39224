using Catena.Core.Commands;
using Catena.Core.Data;
using Catena.Protocols.Resp;
using Catena.Protocols.Resp.Commands;

namespace Catena.Server.Listeners.Redis.Forms;

/// <summary>How many bits of a part of the value are set: BITCOUNT.</summary>
/// <param name="options">The part.</param>
internal sealed class BitCountForm(BitRangeOptions options) : IReplyForm
{
    /// <inheritdoc />
    public void Write(RespWriter writer, ref ResultReader result)
    {
        var (first, last) = BitsOf(options, result.Value.Length);
        writer.WriteInteger(BitString.Count(result.Value, first, last));
    }

    /// <summary>The first and last bit of a part.</summary>
    /// <param name="options">The part.</param>
    /// <param name="length">The length of the value, in bytes.</param>
    /// <returns>The bits; the last before the first for none.</returns>
    internal static (long First, long Last) BitsOf(BitRangeOptions options, int length)
    {
        if (options.CountsBits)
        {
            var bits = options.Range.In((long)length << 3);
            return (bits.First, bits.Last);
        }

        var bytes = options.Range.In(length);
        return (bytes.First << 3, (bytes.Last << 3) + 7);
    }
}
