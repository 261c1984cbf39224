using System.Net;
using System.Net.Sockets;
using Catena.Core.Placement;
using Catena.Protocols.Table;
using Catena.Server.Cluster;
using Catena.Server.Metrics;
using Catena.Server.Routing;
using Microsoft.Extensions.Logging;

namespace Catena.Server.Listeners.Table;

/// <summary>The listener of the table service (<c>idl/table.proto</c>): 16-bit lengths, Protocol Buffers.</summary>
internal sealed class TableListener : TcpListenerHost
{
    private readonly IClusterView _cluster;

    /// <summary>A listener that is not bound before it is started.</summary>
    /// <param name="endPoint">Where it listens; port 0 for any free one.</param>
    /// <param name="dialect">How its clients expect statistics.</param>
    /// <param name="options">Its limits.</param>
    /// <param name="router">Where commands go.</param>
    /// <param name="cluster">The cluster as the node sees it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="metrics">Where its figures are listed.</param>
    /// <param name="log">Where it logs.</param>
    public TableListener(
        IPEndPoint endPoint,
        TableStatsDialect dialect,
        ListenerOptions options,
        ICommandRouter router,
        IClusterView cluster,
        TimeProvider time,
        MetricsRegistry metrics,
        ILogger log)
        : base("table", endPoint, options, router, time, metrics, log)
    {
        Dialect = dialect;
        _cluster = cluster;
    }

    /// <summary>How clients expect statistics.</summary>
    public TableStatsDialect Dialect { get; }

    /// <summary>What the service has done.</summary>
    public TableTimes Times { get; } = new();

    /// <summary>The slots of every partition, ascending; none where the cluster has no partitions yet.</summary>
    public SlotRange[] Partitions => _cluster.Current.PartitionSlots();

    /// <summary>Its clients send a message's length and the message apart, and many wait for the acknowledgement of the length.</summary>
    internal override bool AcknowledgesAtOnce => true;

    /// <summary>The protocol has no message that answers no request, so the connection is closed without a word.</summary>
    protected override ReadOnlyMemory<byte> FullReply => ReadOnlyMemory<byte>.Empty;

    /// <inheritdoc />
    protected override ClientConnection Create(Socket socket, long id) => new TableConnection(this, socket, id);
}
