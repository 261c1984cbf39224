using Catena.Core.Data;
using Catena.Protocols.Resp;
using Catena.Protocols.Resp.Commands;

namespace Catena.Server.Listeners.Redis.Forms;

/// <summary>A part of the value: GETRANGE.</summary>
/// <param name="range">From which byte to which.</param>
internal sealed class RangeForm(IndexRange range) : IReplyForm
{
    /// <inheritdoc />
    public void Write(RespWriter writer, ref ResultReader result)
    {
        var value = result.Value;
        var inside = range.In(value.Length);
        writer.WriteBulk(value[(int)inside.First..(int)(inside.Last + 1)]);
    }
}
