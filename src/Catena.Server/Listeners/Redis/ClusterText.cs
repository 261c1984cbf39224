using System.Globalization;
using System.Text;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Protocols.Resp;
using Catena.Server.Cluster;

namespace Catena.Server.Listeners.Redis;

/// <summary>The cluster in the forms in which clients of a Redis cluster read it.</summary>
/// <remarks>
/// Redis knows masters with slots and replicas of masters; here each partition has its own replicas, and a node would be master of some
/// slots and replica of others. Clients give each node one role, the one that they read last, and then ask only some of the masters
/// for their keys. So every node appears as a master of the slots that it reads, and nobody as a replica.
/// </remarks>
internal static class ClusterText
{
    /// <summary>A node's id as 40 hexadecimal digits: its own 16, then zeros.</summary>
    /// <param name="node">The node.</param>
    public static string IdOf(NodeId node) => node.ToString().PadRight(40, '0');

    /// <summary>CLUSTER INFO.</summary>
    /// <param name="listener">Who is asked.</param>
    public static string Info(RedisListener listener)
    {
        var view = listener.Cluster.Current;
        var served = Ranges(listener, view);
        var slots = served.Sum(range => range.Last - range.First + 1);
        var epochs = view.Partitions.Where(partition => partition is not null).Select(partition => partition!.Epoch.Value);
        var text = new StringBuilder();
        Line(text, "cluster_enabled", listener.Node.RedisCluster ? 1 : 0);
        text.Append("cluster_state:").Append(slots == HashSlot.Count ? "ok" : "fail").Append("\r\n");
        Line(text, "cluster_slots_assigned", slots);
        Line(text, "cluster_slots_ok", slots);
        Line(text, "cluster_slots_pfail", 0);
        Line(text, "cluster_slots_fail", HashSlot.Count - slots);
        Line(text, "cluster_known_nodes", view.Nodes.Length);
        Line(text, "cluster_size", served.Select(range => range.Reader.Id).Distinct().Count());
        Line(text, "cluster_current_epoch", (long)epochs.DefaultIfEmpty().Max());
        Line(text, "cluster_my_epoch", (long)EpochOf(view, view.Self));
        return text.ToString();
    }

    /// <summary>CLUSTER NODES.</summary>
    /// <param name="listener">Who is asked.</param>
    public static string Nodes(RedisListener listener)
    {
        var view = listener.Cluster.Current;
        var served = Ranges(listener, view);
        var text = new StringBuilder();
        foreach (var node in view.Nodes)
        {
            var flags = (node.Id == view.Self ? "myself,master" : "master") + (node.IsAlive ? "" : ",fail");
            text.Append(CultureInfo.InvariantCulture, $"{IdOf(node.Id)} {node.Host}:{node.RedisPort}@{node.PeerPort} {flags} - 0 0 ");
            text.Append(CultureInfo.InvariantCulture, $"{EpochOf(view, node.Id)} {(node.IsAlive ? "connected" : "disconnected")}");
            foreach (var (first, last) in SlotsOf(served, node.Id))
            {
                text.Append(CultureInfo.InvariantCulture, $" {(first == last ? $"{first}" : $"{first}-{last}")}");
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    /// <summary>CLUSTER SLOTS.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="listener">Who is asked.</param>
    public static void WriteSlots(RespWriter writer, RedisListener listener)
    {
        var served = Ranges(listener, listener.Cluster.Current);
        writer.WriteArrayHeader(served.Count);
        foreach (var range in served)
        {
            writer.WriteArrayHeader(3);
            writer.WriteInteger(range.First);
            writer.WriteInteger(range.Last);
            WriteSlotsNode(writer, range.Reader);
        }
    }

    /// <summary>CLUSTER SHARDS: a shard for each reader.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="listener">Who is asked.</param>
    public static void WriteShards(RespWriter writer, RedisListener listener)
    {
        var served = Ranges(listener, listener.Cluster.Current);
        var shards = served.GroupBy(range => range.Reader.Id).ToList();
        writer.WriteArrayHeader(shards.Count);
        foreach (var shard in shards)
        {
            var slots = SlotsOf(served, shard.Key).ToList();
            writer.WriteMapHeader(2);
            writer.WriteBulk("slots"u8);
            writer.WriteArrayHeader(slots.Count * 2);
            foreach (var (first, last) in slots)
            {
                writer.WriteInteger(first);
                writer.WriteInteger(last);
            }

            writer.WriteBulk("nodes"u8);
            writer.WriteArrayHeader(1);
            WriteShardsNode(writer, shard.First().Reader);
        }
    }

    /// <summary>Which slots are served by whom, ascending; slots without a running reader are left out.</summary>
    private static List<ServedRange> Ranges(RedisListener listener, ClusterView view)
    {
        var ranges = new List<ServedRange>();
        if (listener.MapOf(view) is not { } map)
        {
            return ranges;
        }

        for (var i = 0; i < map.Partitions; i++)
        {
            if (view.Partitions[i] is not { } configuration
                || view.Find(configuration.Reader) is not { IsAlive: true, RedisPort: > 0 } reader)
            {
                continue;
            }

            var slots = map.SlotsOf(new PartitionId((ushort)i));
            if (ranges.Count > 0 && ranges[^1] is var last && last.Last + 1 == slots.First.Value && last.Reader.Id == reader.Id)
            {
                ranges[^1] = last with { Last = slots.Last.Value };
            }
            else
            {
                ranges.Add(new ServedRange(slots.First.Value, slots.Last.Value, reader));
            }
        }

        return ranges;
    }

    /// <summary>The slots that a node reads.</summary>
    private static IEnumerable<(int First, int Last)> SlotsOf(IEnumerable<ServedRange> served, NodeId node) =>
        served.Where(range => range.Reader.Id == node).Select(range => (range.First, range.Last));

    private static ulong EpochOf(ClusterView view, NodeId node) => view.Partitions
        .Where(partition => partition?.Reader == node)
        .Select(partition => partition!.Epoch.Value)
        .DefaultIfEmpty()
        .Max();

    private static void WriteSlotsNode(RespWriter writer, NodeView node)
    {
        writer.WriteArrayHeader(4);
        writer.WriteBulk(node.Host);
        writer.WriteInteger(node.RedisPort);
        writer.WriteBulk(IdOf(node.Id));
        writer.WriteArrayHeader(0);
    }

    private static void WriteShardsNode(RespWriter writer, NodeView node)
    {
        writer.WriteMapHeader(7);
        writer.WriteBulk("id"u8);
        writer.WriteBulk(IdOf(node.Id));
        writer.WriteBulk("port"u8);
        writer.WriteInteger(node.RedisPort);
        writer.WriteBulk("ip"u8);
        writer.WriteBulk(node.Host);
        writer.WriteBulk("endpoint"u8);
        writer.WriteBulk(node.Host);
        writer.WriteBulk("role"u8);
        writer.WriteBulk("master"u8);
        writer.WriteBulk("replication-offset"u8);
        writer.WriteInteger(0);
        writer.WriteBulk("health"u8);
        writer.WriteBulk("online"u8);
    }

    private static void Line(StringBuilder text, string name, long value) =>
        text.Append(CultureInfo.InvariantCulture, $"{name}:{value}\r\n");
}
