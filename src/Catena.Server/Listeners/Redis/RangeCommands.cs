using Catena.Core.Data;
using Catena.Protocols.Resp;
using Catena.Protocols.Resp.Commands;
using Catena.Server.Listeners.Redis.Forms;

namespace Catena.Server.Listeners.Redis;

/// <summary>GETRANGE, SETRANGE and LCS: requests about parts of values.</summary>
internal static class RangeCommands
{
    /// <summary>Names the handlers.</summary>
    public static void AddTo(RedisHandlers handlers)
    {
        handlers.Add(RedisCommandId.GetRange, CommandClass.Read, Get);
        handlers.Add(RedisCommandId.SubStr, CommandClass.Read, Get);
        handlers.Add(RedisCommandId.SetRange, CommandClass.Write, Put);
        handlers.Add(RedisCommandId.Lcs, CommandClass.Exclusive, FindCommon);
    }

    private static void Get(RedisConnection connection, RespRequest request)
    {
        if (!RedisInteger.TryParse(request[2], out var first) || !RedisInteger.TryParse(request[3], out var last))
        {
            connection.ReplyError(RespErrors.NotAnInteger);
        }
        else if (connection.TryPlace(request[1], out var slot))
        {
            connection.Run(
                new Command { Kind = CommandKind.Get, Slot = slot, Key = request[1] }, new RangeForm(new IndexRange(first, last)));
        }
    }

    private static void Put(RedisConnection connection, RespRequest request)
    {
        if (!RedisInteger.TryParse(request[2], out var offset))
        {
            connection.ReplyError(RespErrors.NotAnInteger);
        }
        else if (offset < 0)
        {
            connection.ReplyError(RespErrors.OffsetOutOfRange);
        }
        else if (connection.TryPlace(request[1], out var slot))
        {
            connection.Run(new Command { Kind = CommandKind.PutRange, Slot = slot, Key = request[1], Value = request[3], Number = offset });
        }
    }

    private static void FindCommon(RedisConnection connection, RespRequest request)
    {
        if (!LcsOptions.TryParse(request, out var options, out var error))
        {
            connection.ReplyError(error);
        }
        else if (connection.TryPlaceAll(request, 1, 2, 1, out var slot))
        {
            var form = new LcsForm(options, connection.Listener.Node.MaxValueBytes);
            connection.RunRead(new ReadGathering(slot, connection.PackArguments(request, 1, 2), form, connection.Version));
        }
    }
}
