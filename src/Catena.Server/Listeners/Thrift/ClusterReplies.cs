using System.Buffers;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Protocols.Thrift;
using Catena.Server.Cluster;

namespace Catena.Server.Listeners.Thrift;

/// <summary>What clients are told of the cluster and of the node that they ask.</summary>
internal static class ClusterReplies
{
    /// <summary>Answers a call.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="method">The method.</param>
    /// <param name="sequenceId">The call's number.</param>
    /// <param name="cluster">The cluster as the node sees it.</param>
    /// <param name="status">Makes the node's status document.</param>
    internal static void Write(IBufferWriter<byte> output, CatenaMethod method, int sequenceId, IClusterView cluster, Func<byte[]> status)
    {
        if (!cluster.IsKnown)
        {
            CatenaService.WriteException(output, method, sequenceId, CatenaException.Unavailable, "cluster down: the node has not read the cluster yet"u8);
        }
        else if (method == CatenaMethod.NodeStatus)
        {
            CatenaService.WriteBytesReply(output, method, sequenceId, status());
        }
        else
        {
            var reply = new ThriftReply();
            reply.Struct(0);
            WriteMap(reply, cluster.Current);
            reply.Stop();
            reply.Write(output, CatenaService.NameOf(method), sequenceId);
        }
    }

    private static void WriteMap(ThriftReply reply, ClusterView view)
    {
        reply.Text(1, view.Name);
        reply.Text(2, view.ClusterId.ToString());
        reply.Bool(3, view.IsAlive);
        reply.Text(4, view.Self.ToString());
        reply.List(5, ThriftType.Struct, view.Nodes.Length);
        foreach (var node in view.Nodes)
        {
            reply.Text(1, node.Id.ToString());
            reply.Text(2, node.Name);
            reply.Text(3, node.Host);
            reply.Int32(4, node.ThriftPort);
            reply.Int32(5, node.RedisPort);
            reply.Int32(6, node.HttpPort);
            reply.Text(7, node.Role);
            reply.Bool(8, node.IsAlive);
            reply.Stop();
        }

        reply.List(6, ThriftType.Struct, view.Partitions.Length);
        var map = view.Partitions.Length > 0 ? new PartitionMap(view.Partitions.Length) : null;
        for (var number = 0; number < view.Partitions.Length; number++)
        {
            WritePartition(reply, new PartitionId((ushort)number), map!, view.Partitions[number]);
        }
    }

    private static void WritePartition(ThriftReply reply, PartitionId id, PartitionMap map, Configuration? configuration)
    {
        var slots = map.SlotsOf(id);
        reply.Int32(1, id.Value);
        reply.Int32(2, slots.First.Value);
        reply.Int32(3, slots.Last.Value);
        reply.Int64(4, (long)(configuration?.Epoch.Value ?? 0));
        if (configuration is not null)
        {
            reply.Text(5, ReplicationModes.NameOf(configuration.Mode));
            reply.List(6, ThriftType.Bytes, configuration.Members.Length);
            foreach (var member in configuration.Members)
            {
                reply.Element(member.ToString());
            }
        }
        else
        {
            reply.Text(5, "");
            reply.List(6, ThriftType.Bytes, 0);
        }

        reply.Stop();
    }
}
