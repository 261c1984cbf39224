using System.Text;
using Catena.Core.Placement;
using Catena.Protocols.Resp;
using Catena.Protocols.Resp.Commands;

namespace Catena.Server.Listeners.Redis;

/// <summary>CLUSTER and its subcommands (redis.io, "Redis cluster specification").</summary>
/// <remarks>
/// The map of the cluster is told only where the node answers MOVED: clients take a node that tells it for a member of a Redis
/// cluster, and then expect that.
/// </remarks>
internal static class ClusterCommands
{
    /// <summary>Subcommands by which people arrange a Redis cluster. Here the controller does that.</summary>
    private static readonly string[] Arrangements =
    [
        "ADDSLOTS", "ADDSLOTSRANGE", "BUMPEPOCH", "DELSLOTS", "DELSLOTSRANGE", "FAILOVER", "FLUSHSLOTS", "FORGET", "MEET", "REPLICATE", "RESET",
        "SAVECONFIG", "SET-CONFIG-EPOCH", "SETSLOT",
    ];

    /// <summary>Names the handlers.</summary>
    public static void AddTo(RedisHandlers handlers)
    {
        var table = new SubcommandTable(RedisCommandId.Cluster)
            .Add("COUNT-FAILURE-REPORTS", 3, "<node-id>", "Tells how many suspect a node: its state is in CLUSTER NODES.", InCluster(CountFailureReports))
            .Add("COUNTKEYSINSLOT", 3, "<slot>", "Counts the keys of a slot.", CountKeys)
            .Add("GETKEYSINSLOT", 4, "<slot> <count>", "Lists keys of a slot.", GetKeys)
            .Add("INFO", 2, "", "Tells the state of the cluster.", static (connection, _) =>
                connection.ReplyText(ClusterText.Info(connection.Listener)))
            .Add("KEYSLOT", 3, "<key>", "Tells the slot of a key.", static (connection, request) =>
                connection.ReplyInteger(HashSlot.Of(request[2]).Value))
            .Add("LINKS", 2, "", "Lists the connections of a Redis cluster's bus: there is none.", InCluster(Links))
            .Add("MYID", 2, "", "Tells the id of this node.", MyId)
            .Add("MYSHARDID", 2, "", "Tells the id of the shard whose master is this node, which is the node's.", InCluster(MyId))
            .Add("NODES", 2, "", "Lists the nodes.", InCluster(static (connection, _) =>
                connection.ReplyText(ClusterText.Nodes(connection.Listener))))
            .Add("REPLICAS", 3, "<node-id>", "Lists the replicas of a node: partitions have them, not nodes.", InCluster(Replicas))
            .Add("SHARDS", 2, "", "Lists shards with their slots and nodes.", InCluster(Shards))
            .Add("SLAVES", 3, "<node-id>", "The old name of REPLICAS.", InCluster(Replicas))
            .Add("SLOTS", 2, "", "Lists slots with their nodes.", InCluster(Slots));
        foreach (var name in Arrangements)
        {
            var error = Encoding.ASCII.GetBytes($"ERR CLUSTER {name} is not supported: the cluster places and moves partitions by itself");
            table.Add(name, -2, "[<arg> ...]", "Refused: the cluster arranges itself.", InCluster((connection, _) => connection.ReplyError(error)));
        }

        handlers.Add(CommandClass.Exclusive, table);
    }

    private static RedisHandler InCluster(RedisHandler handler) => (connection, request) =>
    {
        if (connection.Listener.Node.RedisCluster)
        {
            handler(connection, request);
        }
        else
        {
            connection.ReplyError(RespErrors.ClusterDisabled);
        }
    };

    private static void MyId(RedisConnection connection, RespRequest request)
    {
        connection.Begin().WriteBulk(ClusterText.IdOf(connection.Listener.Cluster.Current.Self));
        connection.End();
    }

    private static void Slots(RedisConnection connection, RespRequest request)
    {
        ClusterText.WriteSlots(connection.Begin(), connection.Listener);
        connection.End();
    }

    private static void Shards(RedisConnection connection, RespRequest request)
    {
        ClusterText.WriteShards(connection.Begin(), connection.Listener);
        connection.End();
    }

    private static void Links(RedisConnection connection, RespRequest request)
    {
        connection.Begin().WriteArrayHeader(0);
        connection.End();
    }

    private static void CountFailureReports(RedisConnection connection, RespRequest request)
    {
        if (TryFind(connection, request[2]))
        {
            connection.ReplyInteger(0);
        }
    }

    private static void Replicas(RedisConnection connection, RespRequest request)
    {
        if (TryFind(connection, request[2]))
        {
            connection.Begin().WriteArrayHeader(0);
            connection.End();
        }
    }

    private static bool TryFind(RedisConnection connection, ReadOnlySpan<byte> id)
    {
        foreach (var node in connection.Listener.Cluster.Current.Nodes)
        {
            if (Ascii.Equals(id, ClusterText.IdOf(node.Id)))
            {
                return true;
            }
        }

        connection.ReplyError([.. "ERR Unknown node "u8, .. id]);
        return false;
    }

    private static void CountKeys(RedisConnection connection, RespRequest request)
    {
        if (TryReadSlot(connection, request[2], out var slot))
        {
            connection.RunGathering(new SlotKeysGathering(slot, wanted: null, connection.Version));
        }
    }

    private static void GetKeys(RedisConnection connection, RespRequest request)
    {
        if (!TryReadSlot(connection, request[2], out var slot))
        {
            return;
        }

        if (RedisInteger.TryParse(request[3], out var count) && count >= 0)
        {
            connection.RunGathering(new SlotKeysGathering(slot, count, connection.Version));
        }
        else
        {
            connection.ReplyError("ERR Invalid number of keys"u8);
        }
    }

    private static bool TryReadSlot(RedisConnection connection, ReadOnlySpan<byte> text, out ushort slot)
    {
        var isSlot = RedisInteger.TryParse(text, out var number) && number is >= 0 and < HashSlot.Count;
        slot = isSlot ? (ushort)number : (ushort)0;
        if (!isSlot)
        {
            connection.ReplyError("ERR Invalid or out of range slot"u8);
        }

        return isSlot;
    }
}
