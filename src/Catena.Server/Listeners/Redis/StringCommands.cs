using Catena.Core.Data;
using Catena.Protocols.Resp;
using Catena.Protocols.Resp.Commands;
using Catena.Server.Listeners.Redis.Forms;

namespace Catena.Server.Listeners.Redis;

/// <summary>GET, SET and their kin: requests that get and put whole values.</summary>
internal static class StringCommands
{
    /// <summary>Names the handlers.</summary>
    public static void AddTo(RedisHandlers handlers)
    {
        handlers.Add(RedisCommandId.Get, CommandClass.Read, Get);
        handlers.Add(RedisCommandId.Set, CommandClass.Write, Set);
        handlers.Add(RedisCommandId.MGet, CommandClass.Read, GetMany);
        handlers.Add(RedisCommandId.MSet, CommandClass.Write, static (connection, request) =>
            PutMany(connection, request, CommandFlags.None));
        handlers.Add(RedisCommandId.MSetNx, CommandClass.Write, static (connection, request) =>
            PutMany(connection, request, CommandFlags.IfAbsent));
        handlers.Add(RedisCommandId.SetNx, CommandClass.Write, static (connection, request) =>
            Put(connection, request, CommandFlags.IfAbsent, ReplyShape.OneOrZero));
        handlers.Add(RedisCommandId.GetSet, CommandClass.Write, static (connection, request) =>
            Put(connection, request, CommandFlags.ReturnOld, ReplyShape.Plain));
        handlers.Add(RedisCommandId.SetEx, CommandClass.Write, static (connection, request) =>
            PutFor(connection, request, ExpireUnit.Seconds, RedisCommandId.SetEx));
        handlers.Add(RedisCommandId.PSetEx, CommandClass.Write, static (connection, request) =>
            PutFor(connection, request, ExpireUnit.Milliseconds, RedisCommandId.PSetEx));
        handlers.Add(RedisCommandId.GetDel, CommandClass.Write, TakeOut);
        handlers.Add(RedisCommandId.GetEx, CommandClass.Write, GetAndExpire);
        handlers.Add(RedisCommandId.Append, CommandClass.Write, Append);
        handlers.Add(RedisCommandId.StrLen, CommandClass.Read, Length);
    }

    private static void Get(RedisConnection connection, RespRequest request)
    {
        if (connection.TryPlace(request[1], out var slot))
        {
            connection.Run(new Command { Kind = CommandKind.Get, Slot = slot, Key = request[1] });
        }
    }

    private static void Set(RedisConnection connection, RespRequest request)
    {
        if (request.Count == 3)
        {
            Put(connection, request, CommandFlags.None, ReplyShape.Plain);
            return;
        }

        if (!SetOptions.TryParse(request, out var options, out var error))
        {
            connection.ReplyError(error);
            return;
        }

        var flags = options.Condition switch
        {
            SetCondition.WhenAbsent => CommandFlags.IfAbsent,
            SetCondition.WhenPresent => CommandFlags.IfPresent,
            _ => CommandFlags.None,
        };
        flags |= options.ReturnsOld ? CommandFlags.ReturnOld : CommandFlags.None;
        flags |= options.KeepsExpiry ? CommandFlags.KeepExpiry : CommandFlags.None;
        if (connection.TryPlace(request[1], out var slot)
            && ExpiryCommands.TryResolve(connection, options.Expiry, RedisCommandId.Set, out var deadline))
        {
            connection.Run(new Command
            {
                Kind = CommandKind.Put,
                Flags = flags,
                Slot = slot,
                Key = request[1],
                Value = request[2],
                Deadline = deadline,
            });
        }
    }

    private static void Put(RedisConnection connection, RespRequest request, CommandFlags flags, ReplyShape shape)
    {
        if (connection.TryPlace(request[1], out var slot))
        {
            connection.Run(
                new Command { Kind = CommandKind.Put, Flags = flags, Slot = slot, Key = request[1], Value = request[2] }, shape);
        }
    }

    private static void PutFor(RedisConnection connection, RespRequest request, ExpireUnit unit, RedisCommandId id)
    {
        if (!ExpireTime.TryParsePositive(request[2], unit, RedisCommandTable.Get(id), out var time, out var error))
        {
            connection.ReplyError(error);
            return;
        }

        if (connection.TryPlace(request[1], out var slot) && ExpiryCommands.TryResolve(connection, time, id, out var deadline))
        {
            connection.Run(new Command
            {
                Kind = CommandKind.Put,
                Slot = slot,
                Key = request[1],
                Value = request[3],
                Deadline = deadline,
            });
        }
    }

    private static void GetMany(RedisConnection connection, RespRequest request)
    {
        if (connection.TryPlaceAll(request, 1, out var slot))
        {
            connection.Run(new Command { Kind = CommandKind.GetMany, Slot = slot, Items = connection.PackArguments(request) });
        }
    }

    private static void PutMany(RedisConnection connection, RespRequest request, CommandFlags flags)
    {
        if (request.Count % 2 == 0)
        {
            var id = flags == CommandFlags.None ? RedisCommandId.MSet : RedisCommandId.MSetNx;
            connection.ReplyError(RespErrors.WrongArgumentCount(RedisCommandTable.Get(id)));
        }
        else if (connection.TryPlaceAll(request, 2, out var slot))
        {
            connection.Run(new Command
            {
                Kind = CommandKind.PutMany,
                Flags = flags,
                Slot = slot,
                Items = connection.PackArguments(request),
            });
        }
    }

    private static void TakeOut(RedisConnection connection, RespRequest request)
    {
        if (connection.TryPlace(request[1], out var slot))
        {
            connection.Run(new Command { Kind = CommandKind.TakeOut, Slot = slot, Key = request[1] });
        }
    }

    private static void GetAndExpire(RedisConnection connection, RespRequest request)
    {
        if (!GetExOptions.TryParse(request, out var options, out var error))
        {
            connection.ReplyError(error);
            return;
        }

        if (!connection.TryPlace(request[1], out var slot))
        {
            return;
        }

        var timeError = options.TimeError;
        long deadline = 0;
        if (options.Expiry is { } time && !ExpiryCommands.TryResolve(connection.Listener.Now, time, out deadline))
        {
            timeError = RespErrors.InvalidExpireTime(RedisCommandTable.Get(RedisCommandId.GetEx));
        }

        if (timeError is not null)
        {
            KeyCommands.AskWhetherExists(connection, slot, request[1], new ExistenceForm(timeError));
            return;
        }

        var changes = options.Persists || options.Expiry is not null;
        connection.Run(new Command
        {
            Kind = changes ? CommandKind.Expire : CommandKind.Get,
            Flags = changes ? CommandFlags.ReturnOld : CommandFlags.None,
            Slot = slot,
            Key = request[1],
            Deadline = deadline,
        });
    }

    private static void Append(RedisConnection connection, RespRequest request)
    {
        if (connection.TryPlace(request[1], out var slot))
        {
            connection.Run(new Command { Kind = CommandKind.Append, Slot = slot, Key = request[1], Value = request[2] });
        }
    }

    private static void Length(RedisConnection connection, RespRequest request)
    {
        if (connection.TryPlace(request[1], out var slot))
        {
            connection.Run(new Command { Kind = CommandKind.Length, Slot = slot, Key = request[1] });
        }
    }
}
