using System.Globalization;
using Catena.Cli.Backups.Archive;
using Catena.Cli.Backups.Network;
using Catena.Cli.CommandLine;

namespace Catena.Cli.Backups;

/// <summary>Writes a backup into a new cluster, of whatever size and number of partitions, by its ordinary replicated writes.</summary>
/// <remarks>
/// First every partition of the cluster goes to an epoch above all of the backup, so that every version it gives from then on is above every version
/// that was ever seen of the old cluster. Then the partitions of the backup are read and verified, one by one, and their keys written. Expiry
/// times are absolute and stay; a key whose time has passed is absent, as it would be in the old cluster.
/// </remarks>
/// <param name="client">The new cluster.</param>
/// <param name="directory">The backups.</param>
/// <param name="name">Which one.</param>
/// <param name="saved">Where progress is kept.</param>
/// <param name="patience">How long the epochs may take.</param>
/// <param name="progress">Hears how it goes.</param>
internal sealed class RestoreRun(
    ClusterClient client, BackupDirectory directory, string name, SavedProgress<RestoreProgress> saved, TimeSpan patience, IProgressSink progress)
{
    private const long BytesBetweenNotes = 64 << 20;
    private static readonly TimeSpan TimeBetweenNotes = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan EpochPause = TimeSpan.FromMilliseconds(200);

    private long _notedBytes;
    private long _notedAt = Environment.TickCount64;

    /// <summary>Restores.</summary>
    /// <param name="rate">How fast.</param>
    /// <param name="cancellation">Gives up; the next run goes on.</param>
    /// <returns>How many keys were written, by this run and those before it.</returns>
    /// <exception cref="CommandException">The cluster holds keys, or cannot take the backup.</exception>
    /// <exception cref="InvalidDataException">The backup is damaged.</exception>
    /// <exception cref="RemoteException">The cluster cannot be reached, or refuses.</exception>
    public async Task<long> RunAsync(RateLimit rate, CancellationToken cancellation)
    {
        var manifest = ReadManifest();
        var served = await client.RetryAsync(() => client.ServedAsync(cancellation), cancellation).ConfigureAwait(false);
        var tables = await client.RetryAsync(() => client.TablesAsync(cancellation), cancellation).ConfigureAwait(false);
        var start = StartAt(manifest, served.Sum(partition => partition.Keys), tables.Last);
        await RaiseEpochsAsync(manifest.HighestEpoch + 1, cancellation).ConfigureAwait(false);

        // From now on a run that is interrupted knows that what is in the cluster is its own.
        saved.Save(start);
        var writer = new BulkWriter(client, rate);
        var transactions = await BackupTransactions.ReadAsync(directory.Pool, manifest, cancellation).ConfigureAwait(false);
        if (transactions.UnderWay > 0)
        {
            progress.Say($"{transactions.UnderWay} transactions were under way at the cut: each is restored as a whole, or not at all");
        }

        for (var index = start.Partition; index < manifest.Partitions.Count; index++)
        {
            var skipped = index == start.Partition ? start.Keys : 0;
            var at = start with { Partition = index };
            var visitor = new RestoreVisitor(writer, skipped, keys => PauseAsync(
                writer, at with { Keys = Math.Max(keys, skipped), Written = start.Written + writer.Keys }, cancellation));
            await new PartitionContent(directory.Pool, manifest, manifest.Partitions[index]).ReadAsync(transactions.CommittedAt(index), visitor, cancellation).ConfigureAwait(false);
            progress.Report(index + 1, manifest.Partitions.Count, $"{start.Written + writer.Keys} keys");
        }

        await writer.FlushAsync(cancellation).ConfigureAwait(false);
        saved.Delete();
        return start.Written + writer.Keys;
    }

    /// <summary>Sends what is to be sent, and now and then waits until all of it is written and notes that.</summary>
    private async ValueTask PauseAsync(BulkWriter writer, RestoreProgress at, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (writer.Bytes - _notedBytes < BytesBetweenNotes && Environment.TickCount64 - _notedAt < TimeBetweenNotes.TotalMilliseconds)
        {
            await writer.PauseAsync(cancellation).ConfigureAwait(false);
            return;
        }

        await writer.FlushAsync(cancellation).ConfigureAwait(false);
        saved.Save(at);
        _notedBytes = writer.Bytes;
        _notedAt = Environment.TickCount64;
    }

    private BackupManifest ReadManifest()
    {
        try
        {
            return directory.Read(name);
        }
        catch (InvalidDataException damage)
        {
            throw new InvalidDataException($"{name}: {damage.Message}", damage);
        }
    }

    private RestoreProgress StartAt(BackupManifest manifest, long keys, int lastTable)
    {
        if (saved.Load() is { } last && last.Backup == name && last.Source == manifest.Cluster && last.Target == client.Map.Id)
        {
            progress.Say($"going on with partition {last.Partition} of the backup; {last.Written} keys are there already");
            return last;
        }

        if (keys > 0)
        {
            throw new CommandException(
                ExitCode.Failed, $"cluster {client.Map.Name} ({client.Map.Id}) holds {keys} keys already: a backup is restored into a new cluster only");
        }

        if (lastTable > 0)
        {
            throw new CommandException(
                ExitCode.Failed, $"cluster {client.Map.Name} ({client.Map.Id}) has, or had, named tables: a backup, whose tables come under their own numbers, is restored into a new cluster only");
        }

        return new RestoreProgress(name, manifest.Cluster, client.Map.Id, 0, 0, 0);
    }

    /// <summary>Asks for the epochs again and again until every partition serves in one that is high enough.</summary>
    private async Task RaiseEpochsAsync(ulong least, CancellationToken cancellation)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"/partitions/epoch?least={least}");
        var started = Environment.TickCount64;
        for (var problem = ""; ;)
        {
            try
            {
                var served = await client.ServedAsync(cancellation).ConfigureAwait(false);
                var low = served.Count(partition => partition.Epoch < least);
                if (low == 0)
                {
                    return;
                }

                problem = $"{low} partitions are below epoch {least}";
                foreach (var node in client.Map.Nodes)
                {
                    await client.PostAsync(node, path, ReadOnlyMemory<byte>.Empty, cancellation).ConfigureAwait(false);
                }
            }
            catch (RemoteException passing) when (passing.IsPassing)
            {
                problem = passing.Message;
            }

            if (Environment.TickCount64 - started > patience.TotalMilliseconds)
            {
                throw new CommandException(ExitCode.Failed, $"the partitions did not reach an epoch above the backup's in {patience.TotalSeconds:0} s: {problem}");
            }

            await Task.Delay(EpochPause, cancellation).ConfigureAwait(false);
        }
    }
}
