using Catena.Core.Data;
using Catena.Protocols.Resp;
using Catena.Protocols.Resp.Commands;
using Catena.Server.Listeners.Redis.Forms;

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
        handlers.Add(RedisCommandId.Rename, CommandClass.Write, static (connection, request) =>
            Bring(connection, request, CommandKind.Move, CommandFlags.None, ReplyShape.OkOrNoSuchKey));
        handlers.Add(RedisCommandId.RenameNx, CommandClass.Write, static (connection, request) =>
            Bring(connection, request, CommandKind.Move, CommandFlags.IfAbsent, ReplyShape.NumberOrNoSuchKey));
        handlers.Add(RedisCommandId.Copy, CommandClass.Write, Copy);
    }

    /// <summary>Asks whether a key is there, in its place among the writes of the connection.</summary>
    /// <param name="connection">The connection, whose request is a write.</param>
    /// <param name="slot">The key's slot.</param>
    /// <param name="key">The key.</param>
    /// <param name="form">Takes a value or none.</param>
    public static void AskWhetherExists(RedisConnection connection, ushort slot, ReadOnlySpan<byte> key, ExistenceForm form)
    {
        // A change of the expiry time under conditions that exclude each other: it sees what the writes before it have decided.
        const CommandFlags Never = CommandFlags.IfExpiry | CommandFlags.IfNoExpiry;
        connection.Run(new Command { Kind = CommandKind.Expire, Flags = CommandFlags.ReturnOld | Never, Slot = slot, Key = key }, form);
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

    private static void Copy(RedisConnection connection, RespRequest request)
    {
        if (CopyOptions.TryParse(request, out var options, out var error))
        {
            Bring(connection, request, CommandKind.Copy, options.Replaces ? CommandFlags.None : CommandFlags.IfAbsent, ReplyShape.Plain);
        }
        else
        {
            connection.ReplyError(error);
        }
    }

    private static void Bring(RedisConnection connection, RespRequest request, CommandKind kind, CommandFlags flags, ReplyShape shape)
    {
        if (connection.TryPlaceAll(request, 1, 2, 1, out var slot))
        {
            connection.Run(new Command { Kind = kind, Flags = flags, Slot = slot, Key = request[1], Value = request[2] }, shape);
        }
    }
}
