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
    private static readonly RedisCommand Command = RedisCommandTable.Get(RedisCommandId.Cluster);

    /// <summary>Names the handlers.</summary>
    public static void AddTo(RedisHandlers handlers) => handlers.Add(RedisCommandId.Cluster, CommandClass.Exclusive, Dispatch);

    private static void Dispatch(RedisConnection connection, RespRequest request)
    {
        switch (NameOf(request[1]))
        {
            case "KEYSLOT" when request.Count == 3:
                connection.ReplyInteger(HashSlot.Of(request[2]).Value);
                break;
            case "MYID" when request.Count == 2:
                connection.Begin().WriteBulk(ClusterText.IdOf(connection.Listener.Cluster.Current.Self));
                connection.End();
                break;
            case "INFO" when request.Count == 2:
                ReplyText(connection, ClusterText.Info(connection.Listener));
                break;
            case "COUNTKEYSINSLOT" when request.Count == 3:
                CountKeys(connection, request);
                break;
            case "GETKEYSINSLOT" when request.Count == 4:
                GetKeys(connection, request);
                break;
            case "NODES" when request.Count == 2 && IsCluster(connection):
                ReplyText(connection, ClusterText.Nodes(connection.Listener));
                break;
            case "SLOTS" when request.Count == 2 && IsCluster(connection):
                ClusterText.WriteSlots(connection.Begin(), connection.Listener);
                connection.End();
                break;
            case "SHARDS" when request.Count == 2 && IsCluster(connection):
                ClusterText.WriteShards(connection.Begin(), connection.Listener);
                connection.End();
                break;
            case "NODES" or "SLOTS" or "SHARDS" when request.Count == 2:
                connection.ReplyError("ERR This instance has cluster support disabled"u8);
                break;
            case "KEYSLOT" or "MYID" or "INFO" or "COUNTKEYSINSLOT" or "GETKEYSINSLOT" or "NODES" or "SLOTS" or "SHARDS":
                connection.ReplyError(RespErrors.WrongArgumentCount($"cluster|{NameOf(request[1]).ToLowerInvariant()}"));
                break;
            default:
                connection.ReplyError(RespErrors.UnknownSubcommand(Command, request[1]));
                break;
        }
    }

    private static bool IsCluster(RedisConnection connection) => connection.Listener.Node.RedisCluster;

    private static string NameOf(ReadOnlySpan<byte> name) =>
        name.Length > 32 ? "" : Encoding.ASCII.GetString(name).ToUpperInvariant();

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

    private static void ReplyText(RedisConnection connection, string text)
    {
        connection.Begin().WriteVerbatim("txt"u8, Encoding.UTF8.GetBytes(text));
        connection.End();
    }
}
