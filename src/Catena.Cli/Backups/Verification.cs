using Catena.Cli.Backups.Archive;

namespace Catena.Cli.Backups;

/// <summary>Verifies backups offline: the document, every file that it names, every joint, every entry.</summary>
internal static class Verification
{
    /// <summary>Verifies one backup; what is wrong with one partition does not keep the others from being looked at.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="name">The backup's name.</param>
    /// <param name="at">The digest is of the keys that live at this time, in milliseconds since 1970 UTC.</param>
    /// <param name="progress">Hears how it goes.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<VerifyReport> RunAsync(
        BackupDirectory directory, string name, long at, IProgressSink progress, CancellationToken cancellation)
    {
        var summer = new ContentSummer(at);
        var problems = new List<string>();
        try
        {
            var manifest = directory.Read(name);
            var transactions = await TransactionsAsync(directory, manifest, cancellation).ConfigureAwait(false);
            for (var index = 0; index < manifest.Partitions.Count; index++)
            {
                try
                {
                    var partition = manifest.Partitions[index];
                    if (partition.Partition != index)
                    {
                        throw new InvalidDataException($"in the place of partition {index} stands {partition.Partition}");
                    }

                    await new PartitionContent(directory.Pool, manifest, partition).ReadAsync(transactions.CommittedAt(index), summer, cancellation).ConfigureAwait(false);
                }
                catch (InvalidDataException damage)
                {
                    problems.Add($"partition {index}: {damage.Message}");
                }

                progress.Report(index + 1, manifest.Partitions.Count, name);
            }

            if (manifest.Partitions.Count == 0)
            {
                problems.Add("it has no partitions");
            }
        }
        catch (InvalidDataException damage)
        {
            problems.Add(damage.Message);
        }

        return new VerifyReport(name, summer.Digest, problems);
    }

    private static async Task<BackupTransactions> TransactionsAsync(BackupDirectory directory, BackupManifest manifest, CancellationToken cancellation)
    {
        try
        {
            return await BackupTransactions.ReadAsync(directory.Pool, manifest, cancellation).ConfigureAwait(false);
        }
        catch (InvalidDataException)
        {
            // Whatever is wrong is told with the partition in which it is found again.
            return new BackupTransactions();
        }
    }
}
