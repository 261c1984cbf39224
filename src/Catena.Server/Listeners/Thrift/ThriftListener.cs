using System.Net;
using System.Net.Sockets;
using Catena.Core.Placement;
using Catena.Server.Cluster;
using Catena.Server.Metrics;
using Catena.Server.Routing;
using Catena.Server.Tables;
using Microsoft.Extensions.Logging;

namespace Catena.Server.Listeners.Thrift;

/// <summary>The listener of Catena, and so of KeyValueService (<c>idl/catena.thrift</c>): framed transport, strict binary protocol.</summary>
internal sealed class ThriftListener : TcpListenerHost
{
    /// <summary>A listener that is not bound before it is started.</summary>
    /// <param name="endPoint">Where it listens; port 0 for any free one.</param>
    /// <param name="options">Its limits.</param>
    /// <param name="router">Where commands go.</param>
    /// <param name="tables">Knows the numbers of tables.</param>
    /// <param name="cluster">The cluster as the node sees it.</param>
    /// <param name="status">Makes the node's status document; asked only once the cluster is known.</param>
    /// <param name="time">The clock.</param>
    /// <param name="metrics">Where its figures are listed.</param>
    /// <param name="log">Where it logs.</param>
    public ThriftListener(
        IPEndPoint endPoint,
        ListenerOptions options,
        ICommandRouter router,
        TableCatalogue tables,
        IClusterView cluster,
        Func<byte[]> status,
        TimeProvider time,
        MetricsRegistry metrics,
        ILogger log)
        : base("thrift", endPoint, options, router, time, metrics, log)
    {
        Tables = tables;
        Cluster = cluster;
        Status = status;
    }

    /// <summary>Knows the numbers of tables.</summary>
    public TableCatalogue Tables { get; }

    /// <summary>The cluster as the node sees it.</summary>
    public IClusterView Cluster { get; }

    /// <summary>Makes the node's status document.</summary>
    public Func<byte[]> Status { get; }

    /// <summary>The protocol has no message that answers no call, so the connection is closed without a word.</summary>
    protected override ReadOnlyMemory<byte> FullReply => ReadOnlyMemory<byte>.Empty;

    /// <summary>The slots of every partition, ascending; none where the cluster has no partitions yet.</summary>
    public SlotRange[] Partitions => Cluster.Current.PartitionSlots();

    /// <inheritdoc />
    protected override ClientConnection Create(Socket socket, long id) => new ThriftConnection(this, socket, id);
}
