using Catena.Cli.Backups.Archive;
using Catena.Cli.Backups.Network;
using Catena.Cli.CommandLine;
using Catena.Core.Primitives;
using Catena.Server.Backups;

namespace Catena.Cli.Backups;

/// <summary>Takes one backup: copies what is new of every partition, makes a cut, copies the logs up to it, and writes the document.</summary>
/// <remarks>
/// It goes on from whatever whole files stand in the pool, be they of an earlier backup or of a round that was interrupted; their names carry
/// their ranges, so nothing else has to be remembered. Until the document is written there is no new backup.
/// </remarks>
/// <param name="client">The cluster.</param>
/// <param name="directory">The directory.</param>
/// <param name="fetcher">Copies.</param>
/// <param name="settings">The settings.</param>
/// <param name="progress">Hears how it goes.</param>
/// <param name="time">The clock.</param>
internal sealed class BackupRound(
    ClusterClient client, BackupDirectory directory, PartitionFetcher fetcher, BackupSettings settings, IProgressSink progress, TimeProvider time)
{
    private PartitionChain?[] _chains = [];
    private bool[] _isReady = [];
    private int _done;
    private int _shared;

    /// <summary>Takes the backup.</summary>
    /// <param name="cancellation">Gives up; what was copied is used again by the next round.</param>
    /// <returns>What was taken.</returns>
    /// <exception cref="CommandException">It cannot be taken.</exception>
    /// <exception cref="RemoteException">The cluster cannot be reached, or refuses.</exception>
    public async Task<BackupResult> RunAsync(CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        await client.RetryAsync(async () =>
        {
            await client.RefreshAsync(cancellation).ConfigureAwait(false);
            return true;
        }, cancellation).ConfigureAwait(false);
        var map = client.Map;
        RefuseAnotherCluster(map);
        var files = directory.Files(map.Id);
        _chains = new PartitionChain?[map.Partitions];
        _isReady = new bool[map.Partitions];
        for (var index = 0; index < _chains.Length; index++)
        {
            var chain = PartitionChain.Best(files[new PartitionId((ushort)index)]);
            _chains[index] = chain?.IsStale(settings.LogShare) == true ? null : chain;
        }

        await CopyAsync(cancellation).ConfigureAwait(false);
        var marks = await CutAsync(cancellation).ConfigureAwait(false);
        var name = Write(map, marks, out var manifest);
        return new BackupResult(name, manifest, _shared, fetcher.Bytes, time.GetElapsedTime(started));
    }

    private void RefuseAnotherCluster(ClusterMap map)
    {
        foreach (var name in directory.Names())
        {
            BackupManifest other;
            try
            {
                other = directory.Read(name);
            }
            catch (InvalidDataException damage)
            {
                progress.Say($"{name} cannot be read ({damage.Message}); it is left as it is");
                continue;
            }

            if (other.Cluster != map.Id)
            {
                throw new CommandException(
                    ExitCode.Usage, $"the directory holds backups of cluster {other.Cluster}, and this is cluster {map.Id}: take another directory");
            }
        }
    }

    /// <summary>
    /// Sees to it that there is something of every partition from which its log can be followed to the cut, some at once; the logs of those that are
    /// done are followed meanwhile.
    /// </summary>
    private async Task CopyAsync(CancellationToken cancellation)
    {
        using var copied = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var following = FollowAsync(copied.Token);
        try
        {
            await Parallel.ForEachAsync(
                Enumerable.Range(0, _chains.Length),
                new ParallelOptions { MaxDegreeOfParallelism = settings.Parallel, CancellationToken = cancellation },
                async (index, token) =>
                {
                    await PrepareAsync(index, token).ConfigureAwait(false);
                    Volatile.Write(ref _isReady[index], true);
                    progress.Report(Interlocked.Increment(ref _done), _chains.Length, Sizes.About(fetcher.Bytes));
                }).ConfigureAwait(false);
        }
        finally
        {
            await copied.CancelAsync().ConfigureAwait(false);
            await following.ConfigureAwait(false);
        }
    }

    /// <summary>Follows the logs of the partitions that are done, now and then, so that they stay within what is kept, until it is cancelled.</summary>
    private async Task FollowAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                await Task.Delay(settings.FollowEvery, time, cancellation).ConfigureAwait(false);
                for (var index = 0; index < _chains.Length; index++)
                {
                    if (Volatile.Read(ref _isReady[index]))
                    {
                        await CatchUpAsync(index, null, cancellation).ConfigureAwait(false);
                    }
                }
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // All are done; what comes now comes with the cut.
        }
    }

    /// <summary>Takes a snapshot of a partition, unless the log still goes on from what is there: then all that is new comes with the cut, in one file.</summary>
    private async Task PrepareAsync(int index, CancellationToken cancellation)
    {
        if (_chains[index] is { } chain)
        {
            try
            {
                await fetcher.ProbeAsync(new PartitionId((ushort)index), chain, cancellation).ConfigureAwait(false);
                Interlocked.Increment(ref _shared);
                return;
            }
            catch (RemoteException lost) when (lost.Code is FailureCodes.NotKept or FailureCodes.NotOnLineage)
            {
                _chains[index] = null;
            }
        }

        await CatchUpAsync(index, null, cancellation).ConfigureAwait(false);
    }

    /// <summary>Makes a cut and copies every log up to it; a log that was lost on the way costs another cut.</summary>
    private async Task<Lsn[]> CutAsync(CancellationToken cancellation)
    {
        for (var attempt = 0; ; attempt++)
        {
            var marks = await new CutMaker(client, settings).MakeAsync(_chains!, cancellation).ConfigureAwait(false);
            progress.Report(_chains.Length, _chains.Length, $"cut made, {Sizes.About(fetcher.Bytes)}");
            var isWhole = true;
            await Parallel.ForEachAsync(
                Enumerable.Range(0, _chains.Length),
                new ParallelOptions { MaxDegreeOfParallelism = settings.Parallel, CancellationToken = cancellation },
                async (index, token) =>
                {
                    await CatchUpAsync(index, marks[index], token).ConfigureAwait(false);
                    if (_chains[index]!.Through != marks[index])
                    {
                        isWhole = false;
                    }
                }).ConfigureAwait(false);
            if (isWhole)
            {
                return marks;
            }

            if (attempt >= settings.CutTries)
            {
                throw new CommandException(ExitCode.Failed, $"the logs changed under {attempt} cuts, by takeovers; what has been copied is used again by the next run");
            }
        }
    }

    /// <summary>Brings one partition up to now or to a mark, by its log where that is still kept and by a new snapshot otherwise.</summary>
    /// <remarks>A new snapshot reaches behind a mark, and an entry at a mark may have been cut by a takeover; the caller sees by the chain's end.</remarks>
    private async Task CatchUpAsync(int index, Lsn? mark, CancellationToken cancellation)
    {
        var partition = new PartitionId((ushort)index);
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                _chains[index] = _chains[index] is { } chain
                    ? await fetcher.FollowAsync(partition, chain, mark, cancellation).ConfigureAwait(false)
                    : await fetcher.SnapshotAsync(partition, cancellation).ConfigureAwait(false);
                return;
            }
            catch (RemoteException lost) when (lost.Code is FailureCodes.NotKept or FailureCodes.NotOnLineage && attempt < settings.SnapshotTries)
            {
                if (mark is not null && lost.Code == FailureCodes.NotOnLineage && await IsOnLineageAsync(partition, index, cancellation).ConfigureAwait(false))
                {
                    // What has been copied stands; it is the mark that a takeover has cut.
                    return;
                }

                _chains[index] = null;
            }
        }
    }

    private async Task<bool> IsOnLineageAsync(PartitionId partition, int index, CancellationToken cancellation)
    {
        try
        {
            _chains[index] = await fetcher.FollowAsync(partition, _chains[index]!, null, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (RemoteException lost) when (lost.Code is FailureCodes.NotKept or FailureCodes.NotOnLineage)
        {
            return false;
        }
    }

    private string Write(ClusterMap map, Lsn[] marks, out BackupManifest manifest)
    {
        manifest = new BackupManifest
        {
            Cluster = map.Id,
            ClusterName = map.Name,
            Created = time.GetUtcNow(),
            HighestEpoch = marks.Max(mark => mark.Epoch.Value),
            Bytes = _chains.Sum(chain => chain!.Bytes),
            Partitions =
            [
                .. marks.Select((mark, index) => new BackupPartition
                {
                    Partition = index,
                    Cut = mark.ToString(),
                    Files = [.. _chains[index]!.Files.Select(BackupFile.Of)],
                }),
            ],
        };
        return directory.Write(manifest);
    }
}
