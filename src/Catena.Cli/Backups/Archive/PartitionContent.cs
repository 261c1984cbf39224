using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Server.Backups;
using Catena.Storage.Devices;
using Catena.Storage.Partitions;

namespace Catena.Cli.Backups.Archive;

/// <summary>One partition of a backup, put together from its snapshot and its log, with every checksum and every joint verified.</summary>
/// <remarks>
/// The log is read first and kept as what it does to each key; then the snapshot is streamed, and what the log does not touch goes through.
/// The snapshot was read while writes went on, but every write since its beginning is in the log, and putting the log over it is idempotent.
/// </remarks>
/// <param name="pool">The pool.</param>
/// <param name="manifest">The backup.</param>
/// <param name="partition">Which of its partitions.</param>
internal sealed class PartitionContent(IStorageDevice pool, BackupManifest manifest, BackupPartition partition)
{
    private readonly PartitionId _id = new((ushort)partition.Partition);
    private readonly SlotRange _slots = new PartitionMap(manifest.Partitions.Count).SlotsOf(new PartitionId((ushort)partition.Partition));

    /// <summary>Goes through all keys as they were at the cut.</summary>
    /// <param name="visitor">Who takes them; some come before everything has been verified, so what they led to counts only once this returns.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="InvalidDataException">Something is missing or damaged; the message says what.</exception>
    public async Task ReadAsync(IContentVisitor visitor, CancellationToken cancellation)
    {
        var files = Chain();
        var overlay = new LogOverlay(_id, _slots);
        overlay.Begin(files[0].Through);
        foreach (var log in files.Skip(1))
        {
            await ReadLogAsync(log, overlay, cancellation).ConfigureAwait(false);
        }

        await ReadSnapshotAsync(files[0], overlay, visitor, cancellation).ConfigureAwait(false);
        var count = 0;
        foreach (var (key, value, expiry) in overlay.Living())
        {
            visitor.Visit(key, value, expiry);
            if (++count % 1024 == 0)
            {
                await visitor.PauseAsync().ConfigureAwait(false);
            }
        }

        await visitor.PauseAsync().ConfigureAwait(false);
    }

    private static InvalidDataException In(string name, Exception damage) => new($"{name}: {damage.Message}", damage);

    /// <summary>The files, after a look at whether they join.</summary>
    private List<PoolFile> Chain()
    {
        var files = new List<PoolFile>();
        foreach (var named in partition.Files)
        {
            try
            {
                files.Add(named.Expected(_id));
            }
            catch (InvalidDataException damage)
            {
                throw In(named.Name, damage);
            }
        }

        if (files.Count == 0 || files[0].Kind != PoolFileKind.Snapshot || files.Skip(1).Any(file => file.Kind != PoolFileKind.Log))
        {
            throw new InvalidDataException($"partition {_id} is no snapshot with log files behind it");
        }

        for (var index = 1; index < files.Count; index++)
        {
            if (files[index].After != files[index - 1].Through)
            {
                throw new InvalidDataException($"{files[index].Name} does not go on where {files[index - 1].Name} ends");
            }
        }

        var cut = partition.CutLsn();
        if (files[^1].Through != cut || cut.Sequence < files[0].Complete || cut.Epoch.Value > manifest.HighestEpoch)
        {
            throw new InvalidDataException($"partition {_id} does not end at its cut {cut}");
        }

        return files;
    }

    private async Task ReadLogAsync(PoolFile log, LogOverlay overlay, CancellationToken cancellation)
    {
        var before = overlay.Entries;
        try
        {
            var end = await PoolFileReader.ReadAsync(pool, log.Name, manifest.Cluster, log, (kind, payload) =>
            {
                if (kind != BlockKind.Entries)
                {
                    throw new InvalidDataException($"a log file holds no {kind}");
                }

                overlay.Take(payload.Span);
                return ValueTask.CompletedTask;
            }, cancellation).ConfigureAwait(false);
            if (overlay.Last != log.Through || end.Entries != overlay.Entries - before)
            {
                throw new InvalidDataException($"it ends at {overlay.Last} instead of {log.Through}");
            }
        }
        catch (InvalidDataException damage)
        {
            throw In(log.Name, damage);
        }
    }

    private async Task ReadSnapshotAsync(PoolFile snapshot, LogOverlay overlay, IContentVisitor visitor, CancellationToken cancellation)
    {
        var keys = new SnapshotCheck(_slots);
        try
        {
            var end = await PoolFileReader.ReadAsync(pool, snapshot.Name, manifest.Cluster, snapshot, (kind, payload) =>
            {
                if (kind != BlockKind.Piece || !SnapshotPiece.IsValid(payload.Span))
                {
                    throw new InvalidDataException("it holds something that is no piece of a snapshot");
                }

                var entries = new SnapshotPieceReader(payload.Span);
                while (entries.MoveNext())
                {
                    keys.Check(entries.Key);
                    if (!overlay.Covers(entries.Key))
                    {
                        visitor.Visit(entries.Key, entries.Value, entries.Expiry);
                    }
                }

                return visitor.PauseAsync();
            }, cancellation).ConfigureAwait(false);
            if (end.Keys != keys.Count)
            {
                throw new InvalidDataException($"it holds {keys.Count} keys instead of {end.Keys}");
            }
        }
        catch (InvalidDataException damage)
        {
            throw In(snapshot.Name, damage);
        }
    }
}
