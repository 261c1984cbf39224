using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Protocols.Resp;
using Catena.Protocols.Resp.Commands;
using Catena.Server.Listeners.Redis.Transactions;

namespace Catena.Server.Listeners.Redis;

/// <summary>MULTI, EXEC, DISCARD, WATCH and UNWATCH.</summary>
internal static class TransactionCommands
{
    /// <summary>Names the handlers.</summary>
    public static void AddTo(RedisHandlers handlers)
    {
        handlers.Add(RedisCommandId.Multi, CommandClass.Immediate, Begin);
        handlers.Add(RedisCommandId.Discard, CommandClass.Immediate, Discard);
        handlers.Add(RedisCommandId.Unwatch, CommandClass.Immediate, Unwatch);

        // What the client wrote before has its version when these ask, and nothing that follows is mistaken for somebody else's change.
        handlers.Add(RedisCommandId.Exec, CommandClass.Exclusive, Execute);
        handlers.Add(RedisCommandId.Watch, CommandClass.Exclusive, Watch);
    }

    private static void Begin(RedisConnection connection, RespRequest request)
    {
        var transaction = connection.Transacting();
        if (transaction.IsOpen)
        {
            connection.ReplyError(RespErrors.NestedMulti);
            return;
        }

        transaction.Open();
        connection.ReplyOk();
    }

    private static void Discard(RedisConnection connection, RespRequest request)
    {
        if (connection.Transaction is not { IsOpen: true } transaction)
        {
            connection.ReplyError(RespErrors.DiscardWithoutMulti);
            return;
        }

        transaction.End();
        connection.ReplyOk();
    }

    private static void Execute(RedisConnection connection, RespRequest request)
    {
        if (connection.Transaction is not { IsOpen: true } transaction)
        {
            connection.ReplyError(RespErrors.ExecWithoutMulti);
        }
        else if (transaction.IsSpoilt)
        {
            transaction.End();
            connection.ReplyError(RespErrors.ExecAborted);
        }
        else if (QueueRules.WhereElse(connection.Listener, transaction) is { } error)
        {
            transaction.End();
            connection.ReplyError(error);
        }
        else
        {
            connection.RunGathering(new ExecGathering(connection, transaction, connection.Plan(transaction)));
        }
    }

    private static void Watch(RedisConnection connection, RespRequest request)
    {
        var transaction = connection.Transacting();
        if (transaction.IsOpen)
        {
            connection.ReplyError(RespErrors.WatchInsideMulti);
            return;
        }

        if (!connection.TryPlaceAll(request, 1, out _))
        {
            return;
        }

        if (connection.Listener.MapOf(connection.Listener.Cluster.Current) is not { } map)
        {
            connection.ReplyError(RespErrors.SlotNotServed);
            return;
        }

        var keys = new HashSet<byte[]>(ByteKeyComparer.Instance);
        for (var i = 1; i < request.Count; i++)
        {
            keys.Add(StoredFormOf(request[i]));
        }

        keys.RemoveWhere(transaction.IsWatched);
        if (transaction.CanWatch(keys, connection.Listener.Options.MaxTransactionBytes))
        {
            var byPartition = keys.GroupBy(key => map.Of(new HashSlot(StoredKey.Slot(key)))).ToList();
            connection.RunGathering(new WatchGathering(transaction, byPartition, connection.Version));
        }
        else
        {
            connection.ReplyError("ERR too many keys are watched"u8);
        }
    }

    private static void Unwatch(RedisConnection connection, RespRequest request)
    {
        connection.Transaction?.Unwatch();
        connection.ReplyOk();
    }

    private static byte[] StoredFormOf(ReadOnlySpan<byte> key) => StoredKey.Of(HashSlot.Of(key).Value, 0, key);
}
