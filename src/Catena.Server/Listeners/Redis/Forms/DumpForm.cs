using Catena.Core.Data;
using Catena.Protocols.Resp;
using Catena.Protocols.Resp.Dump;

namespace Catena.Server.Listeners.Redis.Forms;

/// <summary>The value in the form that RESTORE takes: DUMP. For <see cref="ReadGathering" />, since it compresses.</summary>
internal sealed class DumpForm : IReplyForm
{
    private DumpForm()
    {
    }

    /// <summary>The form.</summary>
    public static DumpForm Instance { get; } = new();

    /// <inheritdoc />
    public void Write(RespWriter writer, ref ResultReader result)
    {
        if (result.Kind == ResultKind.Nil)
        {
            writer.WriteNull();
        }
        else
        {
            writer.WriteBulk(DumpPayload.Write(result.Value));
        }
    }
}
