using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Server.Cluster;
using Catena.Server.Coordination.Announcing;
using Catena.Server.Partitions;

namespace Catena.Server.Http;

/// <summary>Writes what <c>/status</c> answers; <c>docs/status.md</c> describes it field by field.</summary>
internal static class StatusDocument
{
    /// <summary>Writes the document.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="view">The cluster as the node sees it.</param>
    /// <param name="replicas">The node's own replicas.</param>
    /// <param name="announcements">What the node announces.</param>
    public static void Write(IBufferWriter<byte> output, ClusterView view, IReadOnlyList<ReplicaReport> replicas, IReadOnlyList<AnnouncementReport> announcements)
    {
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteStartObject("cluster");
        json.WriteString("name", view.Name);
        json.WriteString("id", view.ClusterId);
        json.WriteString("state", view.IsAlive ? "alive" : "dead");
        json.WriteEndObject();
        json.WriteString("self", view.Self.ToString());
        json.WriteStartArray("nodes");
        foreach (var node in view.Nodes)
        {
            WriteNode(json, node);
        }

        json.WriteEndArray();
        json.WriteStartArray("partitions");
        var map = view.Partitions.Length > 0 ? new PartitionMap(view.Partitions.Length) : null;
        for (var i = 0; i < view.Partitions.Length; i++)
        {
            var id = new PartitionId((ushort)i);
            WritePartition(json, id, map!.SlotsOf(id), view.Partitions[i]);
        }

        json.WriteEndArray();
        json.WriteStartArray("replicas");
        foreach (var replica in replicas)
        {
            WriteReplica(json, replica);
        }

        json.WriteEndArray();
        json.WriteStartArray("announcements");
        foreach (var announcement in announcements)
        {
            json.WriteStartObject();
            json.WriteString("protocol", announcement.Protocol);
            json.WriteString("path", announcement.Path);
            json.WriteString("data", announcement.Address);
            json.WriteBoolean("standing", announcement.IsStanding);
            json.WriteString("problem", announcement.Problem);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>The document as bytes.</summary>
    /// <param name="view">The cluster as the node sees it.</param>
    /// <param name="replicas">The node's own replicas.</param>
    /// <param name="announcements">What the node announces.</param>
    public static byte[] Of(ClusterView view, IReadOnlyList<ReplicaReport> replicas, IReadOnlyList<AnnouncementReport> announcements)
    {
        var body = new ArrayBufferWriter<byte>();
        Write(body, view, replicas, announcements);
        return body.WrittenSpan.ToArray();
    }

    private static void WriteNode(Utf8JsonWriter json, NodeView node)
    {
        json.WriteStartObject();
        json.WriteString("id", node.Id.ToString());
        json.WriteString("name", node.Name);
        json.WriteString("role", node.Role);
        json.WriteString("state", node.IsAlive ? "alive" : "down");
        json.WriteNumber("pid", node.ProcessId);

        // As text: it has 64 bits, which numbers in JSON do not keep.
        json.WriteString("incarnation", node.Incarnation.ToString(CultureInfo.InvariantCulture));
        json.WriteString("host", node.Host);
        json.WriteStartObject("addresses");
        WriteAddress(json, "redis", node.Host, node.RedisPort);
        WriteAddress(json, "thrift", node.Host, node.ThriftPort);
        WriteAddress(json, "table", node.Host, node.TablePort);
        WriteAddress(json, "text", node.Host, node.TextPort);
        WriteAddress(json, "http", node.Host, node.HttpPort);
        WriteAddress(json, "peer", node.Host, node.PeerPort);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteAddress(Utf8JsonWriter json, string name, string host, int port)
    {
        if (port > 0)
        {
            json.WriteString(name, string.Create(CultureInfo.InvariantCulture, $"{host}:{port}"));
        }
    }

    private static void WritePartition(Utf8JsonWriter json, PartitionId id, SlotRange slots, Configuration? configuration)
    {
        json.WriteStartObject();
        json.WriteNumber("partition", id.Value);
        json.WriteString("slots", slots.ToString());
        if (configuration is null)
        {
            json.WriteNull("epoch");
        }
        else
        {
            json.WriteNumber("epoch", configuration.Epoch.Value);
            json.WriteString("mode", ReplicationModes.NameOf(configuration.Mode));
            WriteIds(json, "members", configuration.Members);
            WriteIds(json, "learners", configuration.Learners);
            json.WriteString("first", configuration.First.ToString());
            json.WriteString("reader", configuration.Reader.ToString());
            json.WriteNumber("generation", configuration.Generation);
        }

        json.WriteEndObject();
    }

    private static void WriteIds(Utf8JsonWriter json, string name, IEnumerable<NodeId> ids)
    {
        json.WriteStartArray(name);
        foreach (var id in ids)
        {
            json.WriteStringValue(id.ToString());
        }

        json.WriteEndArray();
    }

    private static void WriteReplica(Utf8JsonWriter json, ReplicaReport report)
    {
        var (replica, damage) = report;
        json.WriteStartObject();
        json.WriteNumber("partition", replica.Partition.Value);
        json.WriteNumber("epoch", replica.Epoch.Value);
        json.WriteString("phase", NameOf(replica.Phase));
        json.WriteString("last", replica.Last.ToString());
        json.WriteNumber("durable", replica.Durable);
        json.WriteNumber("committed", replica.Committed);
        json.WriteNumber("applied", replica.Applied);
        json.WriteBoolean("learner", replica.IsLearner);
        json.WriteBoolean("suspect", replica.IsSuspect);
        json.WriteBoolean("gaveUp", replica.HasGivenUp);
        json.WriteStartObject("damage");
        json.WriteNumber("met", damage.Met);
        json.WriteNumber("givenUp", damage.GivenUp);
        json.WriteNumber("keys", damage.Keys);
        json.WriteNumber("entry", damage.Entry);
        json.WriteString("last", damage.Last);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string NameOf(ReplicaPhase phase) => phase switch
    {
        ReplicaPhase.Idle => "idle",
        ReplicaPhase.Following => "following",
        ReplicaPhase.Reopening => "reopening",
        ReplicaPhase.Opening => "opening",
        ReplicaPhase.Adopting => "adopting",
        ReplicaPhase.Bringing => "bringing",
        ReplicaPhase.Serving => "serving",
        _ => throw new ArgumentOutOfRangeException(nameof(phase), phase, "Not a phase."),
    };
}
