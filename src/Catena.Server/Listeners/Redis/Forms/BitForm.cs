using Catena.Core.Data;
using Catena.Protocols.Resp;

namespace Catena.Server.Listeners.Redis.Forms;

/// <summary>One bit of the value: GETBIT.</summary>
/// <param name="offset">The number of the bit.</param>
internal sealed class BitForm(long offset) : IReplyForm
{
    /// <inheritdoc />
    public void Write(RespWriter writer, ref ResultReader result)
    {
        var value = result.Value;
        var at = offset >> 3;
        writer.WriteInteger(at < value.Length ? (value[(int)at] >> (int)(7 - (offset & 7))) & 1 : 0);
    }
}
