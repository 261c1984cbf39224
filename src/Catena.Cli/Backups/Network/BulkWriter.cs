using System.Buffers;
using System.Runtime.InteropServices;
using Catena.Cli.CommandLine;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Storage.Partitions;

namespace Catena.Cli.Backups.Network;

/// <summary>Writes many keys into a cluster in bulks, each to the node that is first member of most of its keys.</summary>
/// <remarks>
/// One bulk a node is under way while the next is filled, so writes of one key keep their order. A bulk that failed for a passing reason is
/// written again: writing a key twice does no harm. Not thread-safe.
/// </remarks>
/// <param name="client">The cluster.</param>
/// <param name="rate">How fast.</param>
internal sealed class BulkWriter(ClusterClient client, RateLimit rate)
{
    private const int BulkBytes = 1 << 20;
    private const int BulkKeys = 4096;

    private readonly Dictionary<PartitionId, Bulk> _bulks = [];
    private readonly Dictionary<HostPort, Bulk> _byNode = [];

    /// <summary>How many keys have been handed over.</summary>
    public long Keys { get; private set; }

    /// <summary>How many bytes of keys and values have been handed over.</summary>
    public long Bytes { get; private set; }

    /// <summary>Adds a key; it is on its way once the bulk is full or everything is flushed.</summary>
    /// <param name="storedKey">The stored key.</param>
    /// <param name="value">Its value.</param>
    /// <param name="expiry">When it expires, in milliseconds since 1970 UTC; 0 for never.</param>
    public void Add(ReadOnlySpan<byte> storedKey, ReadOnlySpan<byte> value, long expiry)
    {
        var bulk = BulkOf(client.Map.Of(new HashSlot(StoredKey.Slot(storedKey))));
        bulk.Add(storedKey, value, expiry);
        Keys++;
        Bytes += storedKey.Length + value.Length;
    }

    /// <summary>Sends the bulks that are full, waiting where one of the same node is still under way.</summary>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="RemoteException">A bulk could not be written.</exception>
    public async ValueTask PauseAsync(CancellationToken cancellation)
    {
        foreach (var bulk in _byNode.Values)
        {
            await SendAsync(bulk, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Sends everything, and waits until all of it is written.</summary>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="RemoteException">A bulk could not be written.</exception>
    public async Task FlushAsync(CancellationToken cancellation)
    {
        foreach (var bulk in _byNode.Values)
        {
            bulk.Seal();
            await SendAsync(bulk, cancellation).ConfigureAwait(false);
        }

        await Task.WhenAll(_byNode.Values.Select(bulk => bulk.UnderWay)).ConfigureAwait(false);

        // Firsts may have moved; a partition keeps its node only from one flush to the next, so that its keys stay in order.
        _bulks.Clear();
    }

    private Bulk BulkOf(PartitionId partition)
    {
        if (_bulks.TryGetValue(partition, out var known))
        {
            return known;
        }

        var node = client.Map.FirstOf(partition)
            ?? (client.Map.Nodes is [var any, ..] ? any : throw new RemoteException(RemoteException.Unreachable, "no node of the cluster has an HTTP port"));
        ref var bulk = ref CollectionsMarshal.GetValueRefOrAddDefault(_byNode, node, out _);
        bulk ??= new Bulk(node);
        _bulks.Add(partition, bulk);
        return bulk;
    }

    private async Task SendAsync(Bulk bulk, CancellationToken cancellation)
    {
        while (bulk.Sealed.TryDequeue(out var body))
        {
            await bulk.UnderWay.ConfigureAwait(false);
            await rate.TakeAsync(body.Length, cancellation).ConfigureAwait(false);
            bulk.UnderWay = client.RetryAsync(() => PostAsync(bulk.Node, body, cancellation), cancellation);
        }
    }

    /// <summary>Writes a bulk at its node, or at any other where that one does not answer.</summary>
    private async Task<bool> PostAsync(HostPort node, byte[] body, CancellationToken cancellation)
    {
        var to = client.Map.Nodes.Contains(node) || client.Map.Nodes.Count == 0 ? node : client.Map.Nodes[0];
        await client.PostAsync(to, "/bulk", body, cancellation).ConfigureAwait(false);
        return true;
    }

    private sealed class Bulk(HostPort node)
    {
        private readonly ArrayBufferWriter<byte> _content = new(64 << 10);
        private int _count;

        public HostPort Node { get; } = node;

        /// <summary>Bulks that are full, or are to go out as they are.</summary>
        public Queue<byte[]> Sealed { get; } = new();

        /// <summary>The bulk of this node that is being written.</summary>
        public Task UnderWay { get; set; } = Task.CompletedTask;

        public void Add(ReadOnlySpan<byte> storedKey, ReadOnlySpan<byte> value, long expiry)
        {
            if (_count++ == 0)
            {
                SnapshotPiece.Begin(_content);
            }

            SnapshotPiece.Add(_content, storedKey, Lsn.Zero, expiry, value);
            if (_count == BulkKeys || _content.WrittenCount >= BulkBytes)
            {
                Seal();
            }
        }

        public void Seal()
        {
            if (_count > 0)
            {
                var piece = _content.WrittenSpan.ToArray();
                SnapshotPiece.Seal(piece);
                Sealed.Enqueue(piece);
                _content.ResetWrittenCount();
                _count = 0;
            }
        }
    }
}
