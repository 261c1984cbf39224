using Catena.Core.Data;
using Catena.Protocols.Resp;
using Catena.Protocols.Resp.Commands;

namespace Catena.Server.Listeners.Redis;

/// <summary>EXPIRE, TTL and their kin: requests about when keys expire.</summary>
/// <remarks>
/// A time from now becomes a point in time here, by this node's clock, so that whatever delays the command, and every replica
/// that applies it, means the same moment.
/// </remarks>
internal static class ExpiryCommands
{
    /// <summary>Names the handlers.</summary>
    public static void AddTo(RedisHandlers handlers)
    {
        RedisCommandId[] setters =
            [RedisCommandId.Expire, RedisCommandId.PExpire, RedisCommandId.ExpireAt, RedisCommandId.PExpireAt];
        foreach (var id in setters)
        {
            var command = RedisCommandTable.Get(id);
            handlers.Add(id, CommandClass.Write, (connection, request) => Expire(connection, request, command));
        }

        handlers.Add(RedisCommandId.Persist, CommandClass.Write, Persist);
        handlers.Add(RedisCommandId.Ttl, CommandClass.Read, static (connection, request) =>
            Tell(connection, request, ReplyShape.SecondsLeft));
        handlers.Add(RedisCommandId.PTtl, CommandClass.Read, static (connection, request) =>
            Tell(connection, request, ReplyShape.MillisecondsLeft));
        handlers.Add(RedisCommandId.ExpireTime, CommandClass.Read, static (connection, request) =>
            Tell(connection, request, ReplyShape.UnixSeconds));
        handlers.Add(RedisCommandId.PExpireTime, CommandClass.Read, static (connection, request) =>
            Tell(connection, request, ReplyShape.Plain));
    }

    /// <summary>Makes a time a point in Unix milliseconds; answers the error where it lies beyond 64 bits.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="time">The time; null for none.</param>
    /// <param name="id">The command, for the error.</param>
    /// <param name="deadline">The point, at least 1; 0 for none.</param>
    /// <returns>False where an error was answered.</returns>
    public static bool TryResolve(RedisConnection connection, ExpireTime? time, RedisCommandId id, out long deadline)
    {
        deadline = 0;
        if (time is not { } given)
        {
            return true;
        }

        if (TryResolve(connection.Listener.Now, given, out deadline))
        {
            return true;
        }

        connection.ReplyError(RespErrors.InvalidExpireTime(RedisCommandTable.Get(id)));
        return false;
    }

    /// <summary>Makes a time a point in Unix milliseconds.</summary>
    /// <param name="now">The time now.</param>
    /// <param name="time">The time.</param>
    /// <param name="deadline">The point, at least 1.</param>
    /// <returns>False where it lies beyond 64 bits.</returns>
    public static bool TryResolve(long now, ExpireTime time, out long deadline)
    {
        var fits = time.TryResolve(now, out var point);

        // Everything up to 1970 has passed alike, and 0 would mean "never".
        deadline = Math.Max(point, 1);
        return fits;
    }

    private static void Expire(RedisConnection connection, RespRequest request, RedisCommand command)
    {
        if (!ExpireOptions.TryParse(request, command, out var options, out var error))
        {
            connection.ReplyError(error);
            return;
        }

        if (connection.TryPlace(request[1], out var slot) && TryResolve(connection, options.Time, command.Id, out var deadline))
        {
            connection.Run(new Command
            {
                Kind = CommandKind.Expire,
                Flags = FlagsOf(options.Condition),
                Slot = slot,
                Key = request[1],
                Deadline = deadline,
            });
        }
    }

    private static CommandFlags FlagsOf(ExpireCondition condition) =>
        ((condition & ExpireCondition.WhenAbsent) != 0 ? CommandFlags.IfNoExpiry : CommandFlags.None)
        | ((condition & ExpireCondition.WhenPresent) != 0 ? CommandFlags.IfExpiry : CommandFlags.None)
        | ((condition & ExpireCondition.WhenLater) != 0 ? CommandFlags.IfLater : CommandFlags.None)
        | ((condition & ExpireCondition.WhenEarlier) != 0 ? CommandFlags.IfEarlier : CommandFlags.None);

    private static void Persist(RedisConnection connection, RespRequest request)
    {
        if (connection.TryPlace(request[1], out var slot))
        {
            connection.Run(new Command { Kind = CommandKind.Expire, Flags = CommandFlags.IfExpiry, Slot = slot, Key = request[1] });
        }
    }

    private static void Tell(RedisConnection connection, RespRequest request, ReplyShape shape)
    {
        if (connection.TryPlace(request[1], out var slot))
        {
            connection.Run(new Command { Kind = CommandKind.ExpiryTime, Slot = slot, Key = request[1] }, shape);
        }
    }
}
