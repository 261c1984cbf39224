using Catena.Core.Data;
using Catena.Protocols.Resp;

namespace Catena.Server.Listeners.Redis.Forms;

/// <summary>About how many bytes a key and its value take: MEMORY USAGE.</summary>
/// <param name="keyBytes">The length of the key.</param>
internal sealed class MemoryForm(int keyBytes) : IReplyForm
{
    /// <summary>About what a key takes in the index beside its own bytes and those of its value.</summary>
    private const int OverheadBytes = 48;

    /// <inheritdoc />
    public void Write(RespWriter writer, ref ResultReader result)
    {
        if (result.Kind == ResultKind.Nil)
        {
            writer.WriteNull();
        }
        else
        {
            writer.WriteInteger(OverheadBytes + keyBytes + result.Value.Length);
        }
    }
}
