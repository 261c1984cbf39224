using Catena.Core.Data;
using Catena.Protocols.Resp;

namespace Catena.Server.Listeners.Redis.Forms;

/// <summary>The value, or null, and by how many milliseconds it may be out of date: CATENA.GET.</summary>
internal sealed class AgedForm : IReplyForm
{
    private AgedForm()
    {
    }

    /// <summary>The form.</summary>
    public static AgedForm Instance { get; } = new();

    /// <inheritdoc />
    public void Write(RespWriter writer, ref ResultReader result)
    {
        writer.WriteArrayHeader(2);
        if (result.Kind == ResultKind.Nil)
        {
            writer.WriteNull();
        }
        else
        {
            writer.WriteBulk(result.Value);
        }

        writer.WriteInteger(result.Age);
    }
}
