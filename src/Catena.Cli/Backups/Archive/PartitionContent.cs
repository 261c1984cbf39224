using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Core.Transactions;
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

    /// <summary>Goes through what the partition kept for itself at the cut: what was prepared and what was decided of transactions.</summary>
    /// <param name="taker">Takes keys and values.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="InvalidDataException">Something is missing or damaged; the message says what.</exception>
    public async Task ReadRecordsAsync(Action<byte[], byte[]> taker, CancellationToken cancellation)
    {
        var files = Chain();
        var overlay = await ReadLogsAsync(files, cancellation).ConfigureAwait(false);
        var prefix = new byte[StoredKey.PrefixLength];
        TransactionKeys.WritePrefix(prefix, _slots);
        await ReadSnapshotAsync(files[0], (key, value, _) =>
        {
            if (StoredKey.IsSystem(key) && !overlay.Covers(key))
            {
                taker(key.ToArray(), value.ToArray());
            }

            // They stand together, in the first slot.
            return StoredKey.IsSystem(key) || key.SequenceCompareTo(prefix) < 0;
        }, () => ValueTask.CompletedTask, cancellation).ConfigureAwait(false);
        foreach (var (key, value, _) in overlay.Living().Where(entry => StoredKey.IsSystem(entry.Key)))
        {
            taker(key, value);
        }
    }

    /// <summary>Goes through all keys as they were at the cut, with all that transactions had committed until then, and nothing of others.</summary>
    /// <param name="committed">What is prepared here of transactions that are committed (<see cref="BackupTransactions" />).</param>
    /// <param name="visitor">Who takes them; some come before everything has been verified, so what they led to counts only once this returns.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="InvalidDataException">Something is missing or damaged; the message says what.</exception>
    public async Task ReadAsync(IEnumerable<byte[]> committed, IContentVisitor visitor, CancellationToken cancellation)
    {
        var files = Chain();
        var overlay = await ReadLogsAsync(files, cancellation).ConfigureAwait(false);
        foreach (var part in committed)
        {
            overlay.Commit(part);
        }

        await ReadSnapshotAsync(files[0], (key, value, expiry) =>
        {
            if (!StoredKey.IsSystem(key) && !overlay.Covers(key))
            {
                visitor.Visit(key, value, expiry);
            }

            return true;
        }, visitor.PauseAsync, cancellation).ConfigureAwait(false);
        var count = 0;
        foreach (var (key, value, expiry) in overlay.Living().Where(entry => !StoredKey.IsSystem(entry.Key)))
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

    private async Task<LogOverlay> ReadLogsAsync(List<PoolFile> files, CancellationToken cancellation)
    {
        var overlay = new LogOverlay(_id, _slots);
        overlay.Begin(files[0].Through);
        foreach (var log in files.Skip(1))
        {
            await ReadLogAsync(log, overlay, cancellation).ConfigureAwait(false);
        }

        return overlay;
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
                return ValueTask.FromResult(true);
            }, cancellation).ConfigureAwait(false);
            if (overlay.Last != log.Through || end?.Entries != overlay.Entries - before)
            {
                throw new InvalidDataException($"it ends at {overlay.Last} instead of {log.Through}");
            }
        }
        catch (InvalidDataException damage)
        {
            throw In(log.Name, damage);
        }
    }

    private async Task ReadSnapshotAsync(PoolFile snapshot, Taker taker, Func<ValueTask> pause, CancellationToken cancellation)
    {
        var keys = new SnapshotCheck(_slots);
        try
        {
            var end = await PoolFileReader.ReadAsync(pool, snapshot.Name, manifest.Cluster, snapshot, async (kind, payload) =>
            {
                if (kind != BlockKind.Piece || !SnapshotPiece.IsValid(payload.Span))
                {
                    throw new InvalidDataException("it holds something that is no piece of a snapshot");
                }

                var wantsMore = TakePiece(payload.Span, keys, taker);
                await pause().ConfigureAwait(false);
                return wantsMore;
            }, cancellation).ConfigureAwait(false);
            if (end is not null && end.Keys != keys.Count)
            {
                throw new InvalidDataException($"it holds {keys.Count} keys instead of {end.Keys}");
            }
        }
        catch (InvalidDataException damage)
        {
            throw In(snapshot.Name, damage);
        }
    }

    private static bool TakePiece(ReadOnlySpan<byte> piece, SnapshotCheck keys, Taker taker)
    {
        var wantsMore = true;
        var entries = new SnapshotPieceReader(piece);
        while (entries.MoveNext())
        {
            keys.Check(entries.Key);
            wantsMore &= taker(entries.Key, entries.Value, entries.Expiry);
        }

        return wantsMore;
    }

    /// <summary>Takes a key of the snapshot.</summary>
    /// <returns>Whether more is wanted.</returns>
    private delegate bool Taker(ReadOnlySpan<byte> storedKey, ReadOnlySpan<byte> value, long expiry);
}
