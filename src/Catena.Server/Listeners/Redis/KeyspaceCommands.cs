using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Protocols.Resp;
using Catena.Protocols.Resp.Commands;

namespace Catena.Server.Listeners.Redis;

/// <summary>SCAN, KEYS, RANDOMKEY, DBSIZE, FLUSHALL and FLUSHDB: requests about all keys.</summary>
internal static class KeyspaceCommands
{
    private const int KeysPerPage = 1000;
    private const int MaxScanCount = 100_000;

    /// <summary>Names the handlers.</summary>
    public static void AddTo(RedisHandlers handlers)
    {
        handlers.Add(RedisCommandId.Scan, CommandClass.Exclusive, Scan);
        handlers.Add(RedisCommandId.Keys, CommandClass.Exclusive, Keys);
        handlers.Add(RedisCommandId.RandomKey, CommandClass.Exclusive, RandomKey);
        handlers.Add(RedisCommandId.DbSize, CommandClass.Exclusive, static (connection, _) =>
            OnAllPartitions(connection, CommandKind.Count));
        handlers.Add(RedisCommandId.FlushAll, CommandClass.Exclusive, Flush);
        handlers.Add(RedisCommandId.FlushDb, CommandClass.Exclusive, Flush);
    }

    private static void Scan(RedisConnection connection, RespRequest request)
    {
        if (!ScanOptions.TryParse(request, out var options, out var error))
        {
            connection.ReplyError(error);
            return;
        }

        if (!connection.Listener.TryGetScope(out var partitions))
        {
            connection.ReplyError(RespErrors.SlotNotServed);
            return;
        }

        if (!options.AcceptsStrings || options.Cursor >= HashSlot.Count)
        {
            partitions = [];
        }

        connection.RunGathering(KeysGathering.Scan(
            partitions,
            options.HasPattern ? options.Pattern : default,
            (int)Math.Min(options.Cursor, HashSlot.Count),
            (int)Math.Min(options.Count, MaxScanCount),
            connection.Listener.Options.MaxGatheredBytes,
            connection.Version));
    }

    private static void Keys(RedisConnection connection, RespRequest request)
    {
        if (!connection.Listener.TryGetScope(out var partitions))
        {
            connection.ReplyError(RespErrors.SlotNotServed);
            return;
        }

        // An empty pattern means "all" to the partitions; to Redis it matches the empty key only, which nobody has.
        var pattern = request[1];
        connection.RunGathering(KeysGathering.Keys(
            pattern.IsEmpty ? [] : partitions,
            new GlobPattern(pattern).MatchesAll ? default : pattern,
            KeysPerPage,
            connection.Listener.Options.MaxGatheredBytes,
            connection.Version));
    }

    private static void RandomKey(RedisConnection connection, RespRequest request)
    {
        if (connection.Listener.TryGetScope(out var partitions))
        {
            connection.RunGathering(new RandomKeyGathering(partitions, connection.Version));
        }
        else
        {
            connection.ReplyError(RespErrors.SlotNotServed);
        }
    }

    private static void Flush(RedisConnection connection, RespRequest request)
    {
        if (FlushOptions.TryParse(request, out _, out var error))
        {
            OnAllPartitions(connection, CommandKind.Clear);
        }
        else
        {
            connection.ReplyError(error);
        }
    }

    private static void OnAllPartitions(RedisConnection connection, CommandKind kind)
    {
        if (connection.Listener.TryGetScope(out var partitions))
        {
            connection.RunGathering(new PartitionsGathering(kind, partitions, connection.Version));
        }
        else
        {
            connection.ReplyError(RespErrors.SlotNotServed);
        }
    }
}
