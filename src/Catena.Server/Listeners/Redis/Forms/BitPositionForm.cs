using Catena.Core.Commands;
using Catena.Core.Data;
using Catena.Protocols.Resp;
using Catena.Protocols.Resp.Commands;

namespace Catena.Server.Listeners.Redis.Forms;

/// <summary>The first bit of a part of the value that is set, or clear: BITPOS.</summary>
/// <param name="isSet">Which is looked for.</param>
/// <param name="options">The part.</param>
internal sealed class BitPositionForm(bool isSet, BitRangeOptions options) : IReplyForm
{
    /// <inheritdoc />
    public void Write(RespWriter writer, ref ResultReader result)
    {
        if (result.Kind == ResultKind.Nil)
        {
            // An absent value is zeros without end.
            writer.WriteInteger(isSet ? -1 : 0);
            return;
        }

        var value = result.Value;
        var (first, last) = BitCountForm.BitsOf(options, value.Length);
        var found = BitString.Find(value, isSet, first, last);
        if (found < 0 && !isSet && !options.HasEnd && first <= last)
        {
            // Without an end, zeros follow the value.
            found = (long)value.Length << 3;
        }

        writer.WriteInteger(found);
    }
}
