using System.Globalization;
using Catena.Cli.Backups.Archive;
using Catena.Cli.Backups.Network;
using Catena.Core.Primitives;
using Catena.Server.Backups;

namespace Catena.Cli.Backups;

/// <summary>Copies partitions' states and logs from a cluster into the pool of a backup directory. Thread-safe, one call a partition at a time.</summary>
/// <param name="client">The cluster.</param>
/// <param name="directory">The directory.</param>
/// <param name="rate">How fast.</param>
internal sealed class PartitionFetcher(ClusterClient client, BackupDirectory directory, RateLimit rate)
{
    private long _bytes;

    /// <summary>How many bytes were copied.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Copies a partition's state, and the log that makes it exact.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="cancellation">Gives up; what was begun is thrown away.</param>
    /// <exception cref="RemoteException">It cannot be had.</exception>
    public Task<PartitionChain> SnapshotAsync(PartitionId partition, CancellationToken cancellation) => client.RetryAsync(async () =>
    {
        await using var stream = await client.OpenAsync(partition, "snapshot", cancellation).ConfigureAwait(false);
        var after = stream.Begin.After;
        using var state = new PoolFileWriter(directory.Pool, HeaderOf(PoolFileKind.Snapshot, stream.Begin));
        using var log = new PoolFileWriter(directory.Pool, HeaderOf(PoolFileKind.Log, stream.Begin));
        while (await stream.NextAsync(cancellation).ConfigureAwait(false))
        {
            (stream.Kind == BlockKind.Piece ? state : log).Write(stream.Kind, stream.Payload.Span);
            await CountAsync(stream.Payload.Length, cancellation).ConfigureAwait(false);
        }

        // The log first: a snapshot that stands in the pool without it would have to be followed from its beginning.
        var end = stream.End!;
        PoolFile? tail = end.Through == after ? null : log.Complete(end.Through, 0, 0, end.Entries);
        var chain = new PartitionChain([state.Complete(after, end.Through.Sequence, end.Keys, 0)]);
        return tail is null ? chain : chain.With(tail);
    }, cancellation);

    /// <summary>Asks whether a partition's log still goes on from a chain; nothing is copied.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="chain">What is there.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="RemoteException">It does not, or that cannot be found out.</exception>
    public Task<PartitionChain> ProbeAsync(PartitionId partition, PartitionChain chain, CancellationToken cancellation) => client.RetryAsync(async () =>
    {
        var request = string.Create(CultureInfo.InvariantCulture, $"log?after={chain.Through}&through={chain.Through}");
        await using var stream = await client.OpenAsync(partition, request, cancellation).ConfigureAwait(false);
        while (await stream.NextAsync(cancellation).ConfigureAwait(false))
        {
            // There is nothing between an entry and itself.
        }

        return chain;
    }, cancellation);

    /// <summary>Copies what a partition's log holds behind a chain.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="chain">What is there.</param>
    /// <param name="through">Up to which entry, which may have to be waited for; null for what is committed now.</param>
    /// <param name="cancellation">Gives up; what was begun is thrown away.</param>
    /// <returns>The chain with what was copied.</returns>
    /// <exception cref="RemoteException">It cannot be had.</exception>
    public Task<PartitionChain> FollowAsync(PartitionId partition, PartitionChain chain, Lsn? through, CancellationToken cancellation) => client.RetryAsync(async () =>
    {
        if (through == chain.Through)
        {
            return chain;
        }

        var request = string.Create(CultureInfo.InvariantCulture, $"log?after={chain.Through}{(through is { } last ? $"&through={last}" : "")}");
        await using var stream = await client.OpenAsync(partition, request, cancellation).ConfigureAwait(false);
        using var log = new PoolFileWriter(directory.Pool, HeaderOf(PoolFileKind.Log, stream.Begin));
        while (await stream.NextAsync(cancellation).ConfigureAwait(false))
        {
            log.Write(stream.Kind, stream.Payload.Span);
            await CountAsync(stream.Payload.Length, cancellation).ConfigureAwait(false);
        }

        var end = stream.End!;
        return end.Through == chain.Through ? chain : chain.With(log.Complete(end.Through, 0, 0, end.Entries));
    }, cancellation);

    private static PoolFileHeader HeaderOf(PoolFileKind kind, StreamBegin begin) => new(kind, begin.Cluster, begin.Partition, begin.Partitions, begin.After);

    private ValueTask CountAsync(int bytes, CancellationToken cancellation)
    {
        Interlocked.Add(ref _bytes, bytes);
        return rate.TakeAsync(bytes, cancellation);
    }
}
