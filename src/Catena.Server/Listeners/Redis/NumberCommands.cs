using Catena.Core.Data;
using Catena.Protocols.Resp;
using Catena.Protocols.Resp.Commands;

namespace Catena.Server.Listeners.Redis;

/// <summary>INCR and its kin: requests that count.</summary>
internal static class NumberCommands
{
    /// <summary>Names the handlers.</summary>
    public static void AddTo(RedisHandlers handlers)
    {
        handlers.Add(RedisCommandId.Incr, CommandClass.Write, static (connection, request) => Add(connection, request, 1));
        handlers.Add(RedisCommandId.Decr, CommandClass.Write, static (connection, request) => Add(connection, request, -1));
        handlers.Add(RedisCommandId.IncrBy, CommandClass.Write, IncrementBy);
        handlers.Add(RedisCommandId.DecrBy, CommandClass.Write, DecrementBy);
        handlers.Add(RedisCommandId.IncrByFloat, CommandClass.Write, IncrementByFloat);
    }

    private static void Add(RedisConnection connection, RespRequest request, long number)
    {
        if (connection.TryPlace(request[1], out var slot))
        {
            connection.Run(new Command { Kind = CommandKind.Increment, Slot = slot, Key = request[1], Number = number });
        }
    }

    private static void IncrementBy(RedisConnection connection, RespRequest request)
    {
        if (RedisInteger.TryParse(request[2], out var number))
        {
            Add(connection, request, number);
        }
        else
        {
            connection.ReplyError(RespErrors.NotAnInteger);
        }
    }

    private static void DecrementBy(RedisConnection connection, RespRequest request)
    {
        if (!RedisInteger.TryParse(request[2], out var number))
        {
            connection.ReplyError(RespErrors.NotAnInteger);
        }
        else if (number == long.MinValue)
        {
            connection.ReplyError(RespErrors.DecrementOverflow);
        }
        else
        {
            Add(connection, request, -number);
        }
    }

    private static void IncrementByFloat(RedisConnection connection, RespRequest request)
    {
        if (connection.TryPlace(request[1], out var slot))
        {
            connection.Run(new Command { Kind = CommandKind.IncrementFloat, Slot = slot, Key = request[1], Value = request[2] });
        }
    }
}
