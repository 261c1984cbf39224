using Catena.Core.Data;
using Catena.Protocols.Resp;
using Catena.Protocols.Resp.Commands;

namespace Catena.Server.Listeners.Redis.Forms;

/// <summary>Names, each followed by a number: PUBSUB NUMSUB.</summary>
internal sealed class NamesAndNumbersForm : IReplyForm
{
    private NamesAndNumbersForm()
    {
    }

    /// <summary>The form.</summary>
    public static NamesAndNumbersForm Instance { get; } = new();

    /// <inheritdoc />
    public void Write(RespWriter writer, ref ResultReader result)
    {
        writer.WriteArrayHeader(result.Count);
        for (var i = 0; i < result.Count; i += 2)
        {
            result.ReadItem(out var name);
            writer.WriteBulk(name);
            result.ReadItem(out var number);
            writer.WriteInteger(RedisInteger.TryParse(number, out var value) ? value : 0);
        }
    }
}
