using System.Text;
using Catena.Core.Data;
using Catena.Protocols.Resp;
using Catena.Protocols.Resp.Commands;
using Catena.Server.Listeners.Redis.Forms;

namespace Catena.Server.Listeners.Redis;

/// <summary>CATENA.GET: a read that any replica may answer whose state is not older than the client allows.</summary>
internal static class StaleCommands
{
    /// <summary>Names the handlers.</summary>
    public static void AddTo(RedisHandlers handlers) => handlers.Add(RedisCommandId.CatenaGet, CommandClass.Read, Get);

    private static void Get(RedisConnection connection, RespRequest request)
    {
        if (!Ascii.EqualsIgnoreCase(request[2], "STALENESS"u8))
        {
            connection.ReplyError(RespErrors.Syntax);
        }
        else if (!RedisInteger.TryParse(request[3], out var milliseconds) || milliseconds < 0)
        {
            connection.ReplyError(RespErrors.NotAnInteger);
        }
        else if (connection.TryPlaceAnywhere(request[1], out var slot))
        {
            var command = new Command { Kind = CommandKind.Get, Flags = CommandFlags.Stale, Slot = slot, Key = request[1], Number = milliseconds };
            connection.Run(command, AgedForm.Instance);
        }
    }
}
