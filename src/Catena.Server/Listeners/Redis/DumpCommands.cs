using Catena.Core.Data;
using Catena.Protocols.Resp;
using Catena.Protocols.Resp.Commands;
using Catena.Protocols.Resp.Dump;
using Catena.Server.Listeners.Redis.Forms;

namespace Catena.Server.Listeners.Redis;

/// <summary>DUMP and RESTORE: values on their way from and to a redis-server.</summary>
internal static class DumpCommands
{
    /// <summary>Names the handlers.</summary>
    public static void AddTo(RedisHandlers handlers)
    {
        handlers.Add(RedisCommandId.Dump, CommandClass.Exclusive, Dump);
        handlers.Add(RedisCommandId.Restore, CommandClass.Write, Restore);
    }

    private static void Dump(RedisConnection connection, RespRequest request)
    {
        if (connection.TryPlace(request[1], out var slot))
        {
            connection.RunRead(new ReadGathering(slot, connection.PackArguments(request), DumpForm.Instance, connection.Version));
        }
    }

    private static void Restore(RedisConnection connection, RespRequest request)
    {
        if (!RestoreOptions.TryParse(request, out var options, out var error))
        {
            connection.ReplyError(error);
            return;
        }

        if (!connection.TryPlace(request[1], out var slot))
        {
            return;
        }

        var failure = Check(connection, request, out var time, out var value);
        if (!failure.IsEmpty)
        {
            // That the key is taken is the first thing that Redis finds wrong.
            if (options.Replaces)
            {
                connection.ReplyError(failure);
            }
            else
            {
                KeyCommands.AskWhetherExists(connection, slot, request[1], new ExistenceForm(RespErrors.BusyKey, failure));
            }

            return;
        }

        connection.Run(
            new Command
            {
                Kind = CommandKind.Put,
                Flags = options.Replaces ? CommandFlags.None : CommandFlags.IfAbsent,
                Slot = slot,
                Key = request[1],
                Value = value,
                Deadline = DeadlineOf(time, options.IsAbsolute, connection.Listener.Now),
            },
            ReplyShape.OkOrBusyKey);
    }

    private static ReadOnlySpan<byte> Check(RedisConnection connection, RespRequest request, out long time, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!RedisInteger.TryParse(request[2], out time))
        {
            return RespErrors.NotAnInteger;
        }

        if (time < 0)
        {
            return RespErrors.InvalidTimeToLive;
        }

        return DumpPayload.Read(request[3], connection.Listener.Node.MaxValueBytes, out value) switch
        {
            DumpStatus.Read => default,
            DumpStatus.Unverified => RespErrors.InvalidDump,
            DumpStatus.TooLong => RespErrors.StringTooLong,
            _ => RespErrors.BadDumpFormat,
        };
    }

    private static long DeadlineOf(long time, bool isAbsolute, long now) =>
        time == 0 || isAbsolute ? time
        : time <= long.MaxValue - now ? now + time
        : 1; // As in Redis, where the sum goes round and has passed.
}
