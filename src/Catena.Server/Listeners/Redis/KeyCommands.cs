using Catena.Core.Data;
using Catena.Protocols.Resp;
using Catena.Protocols.Resp.Commands;

namespace Catena.Server.Listeners.Redis;

/// <summary>DEL, EXISTS, TYPE and their kin: requests about keys whatever their values are.</summary>
internal static class KeyCommands
{
    /// <summary>Names the handlers.</summary>
    public static void AddTo(RedisHandlers handlers)
    {
        handlers.Add(RedisCommandId.Del, CommandClass.Write, Delete);
        handlers.Add(RedisCommandId.Unlink, CommandClass.Write, Delete);
        handlers.Add(RedisCommandId.Exists, CommandClass.Read, static (connection, request) =>
            Exists(connection, request, ReplyShape.Plain));

        // No use of a key is remembered, so there is nothing to touch but its existence.
        handlers.Add(RedisCommandId.Touch, CommandClass.Read, static (connection, request) =>
            Exists(connection, request, ReplyShape.Plain));
        handlers.Add(RedisCommandId.Type, CommandClass.Read, static (connection, request) =>
            Exists(connection, request, ReplyShape.TypeName));
    }

    private static void Delete(RedisConnection connection, RespRequest request)
    {
        if (connection.TryPlaceAll(request, 1, out var slot))
        {
            connection.Run(new Command { Kind = CommandKind.Delete, Slot = slot, Items = connection.PackArguments(request) });
        }
    }

    private static void Exists(RedisConnection connection, RespRequest request, ReplyShape shape)
    {
        if (connection.TryPlaceAll(request, 1, out var slot))
        {
            connection.Run(new Command { Kind = CommandKind.Exists, Slot = slot, Items = connection.PackArguments(request) }, shape);
        }
    }
}
