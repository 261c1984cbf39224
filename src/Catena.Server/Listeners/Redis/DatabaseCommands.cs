using Catena.Protocols.Resp;
using Catena.Protocols.Resp.Commands;

namespace Catena.Server.Listeners.Redis;

/// <summary>MOVE and SWAPDB, as a Redis with one database answers them, and WAIT.</summary>
internal static class DatabaseCommands
{
    /// <summary>Names the handlers.</summary>
    public static void AddTo(RedisHandlers handlers)
    {
        handlers.Add(RedisCommandId.Move, CommandClass.Immediate, Move);
        handlers.Add(RedisCommandId.SwapDb, CommandClass.Immediate, Swap);

        // It answers once the writes before it have been answered, and those are on all members.
        handlers.Add(RedisCommandId.Wait, CommandClass.Exclusive, Wait);
    }

    private static void Move(RedisConnection connection, RespRequest request) =>
        connection.ReplyError(DatabaseIndex.TryParse(request[2], out var error) ? RespErrors.SameObject : error);

    private static void Swap(RedisConnection connection, RespRequest request)
    {
        var isFirst = RedisInteger.TryParse(request[1], out var first) && first is >= int.MinValue and <= int.MaxValue;
        var isSecond = RedisInteger.TryParse(request[2], out var second) && second is >= int.MinValue and <= int.MaxValue;
        if (!isFirst)
        {
            connection.ReplyError(RespErrors.InvalidFirstDatabase);
        }
        else if (!isSecond)
        {
            connection.ReplyError(RespErrors.InvalidSecondDatabase);
        }
        else if (first != 0 || second != 0)
        {
            connection.ReplyError(RespErrors.DatabaseOutOfRange);
        }
        else
        {
            connection.ReplyOk();
        }
    }

    private static void Wait(RedisConnection connection, RespRequest request)
    {
        if (!RedisInteger.TryParse(request[1], out _))
        {
            connection.ReplyError(RespErrors.NotAnInteger);
        }
        else if (!RedisInteger.TryParse(request[2], out var timeout))
        {
            connection.ReplyError(RespErrors.TimeoutNotAnInteger);
        }
        else if (timeout < 0)
        {
            connection.ReplyError(RespErrors.TimeoutNegative);
        }
        else
        {
            // Which partitions the writes went to is not remembered, so the one with the fewest members answers for all.
            var configurations = connection.Listener.Cluster.Current.Partitions;
            connection.ReplyInteger(configurations.IsEmpty ? 0 : configurations.Min(configuration => Math.Max((configuration?.Members.Length ?? 1) - 1, 0)));
        }
    }
}
