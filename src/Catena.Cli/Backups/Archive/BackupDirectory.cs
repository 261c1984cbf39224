using System.Globalization;
using Catena.Core.Primitives;
using Catena.Storage.Devices;

namespace Catena.Cli.Backups.Archive;

/// <summary>A directory of backups: documents that each are one backup, and the pool of files that they share.</summary>
/// <remarks>
/// Everything is written under a temporary name, made durable and renamed, the files of the pool before the document that names them; and
/// documents are deleted before the files that only they name. So whatever stands in the directory after a crash, a document that reads well
/// names only files that are whole. One process at a time writes.
/// </remarks>
/// <param name="root">The directory itself.</param>
/// <param name="pool">Its pool.</param>
internal sealed class BackupDirectory(IStorageDevice root, IStorageDevice pool)
{
    private const string Prefix = "backup-";
    private const string Suffix = ".json";
    private const string TimeFormat = "yyyyMMdd'T'HHmmss'Z'";

    /// <summary>The pool.</summary>
    public IStorageDevice Pool => pool;

    /// <summary>The names of all backups, the oldest first.</summary>
    public IReadOnlyList<string> Names() =>
        [.. root.List().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(Suffix, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    /// <summary>Reads a backup's document.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="InvalidDataException">It is damaged or gone.</exception>
    public BackupManifest Read(string name)
    {
        try
        {
            using var file = root.Open(name, create: false);
            var bytes = new byte[file.Length];
            var count = file.Read(0, bytes);
            return BackupManifest.Read(bytes.AsSpan(0, count));
        }
        catch (FileNotFoundException gone)
        {
            throw new InvalidDataException("it is not there", gone);
        }
    }

    /// <summary>Writes a backup's document, after which it is a backup.</summary>
    /// <param name="manifest">The document; every file that it names stands in the pool.</param>
    /// <returns>Its name, later than all others.</returns>
    public string Write(BackupManifest manifest)
    {
        const string Temporary = "backup" + PoolFile.TemporaryExtension;
        var last = Names() is [.., var newest] ? newest : "";
        var time = manifest.Created;
        string name;
        for (name = NameOf(time); string.CompareOrdinal(name, last) <= 0 && time < DateTimeOffset.MaxValue.AddDays(-1); name = NameOf(time))
        {
            // Two in one second, or a clock that was set back: names go on in order all the same.
            time = TimeOf(last) is { } previous && previous >= time ? previous.AddSeconds(1) : time.AddSeconds(1);
        }

        pool.SyncDirectory();
        root.Delete(Temporary);
        using (var file = root.Open(Temporary, create: true))
        {
            file.Write(0, manifest.Render());
            file.Sync();
        }

        root.Rename(Temporary, name);
        root.SyncDirectory();
        return name;
    }

    /// <summary>The whole files of the pool that are a cluster's, and throws leftovers of interrupted runs away.</summary>
    /// <param name="cluster">The cluster's identity.</param>
    public ILookup<PartitionId, PoolFile> Files(Guid cluster)
    {
        var found = new List<PoolFile>();
        foreach (var name in pool.List())
        {
            if (name.EndsWith(PoolFile.TemporaryExtension, StringComparison.Ordinal))
            {
                pool.Delete(name);
            }
            else if (name.EndsWith(PoolFile.Extension, StringComparison.Ordinal) && PoolFileReader.TryLook(pool, name, out var owner) is { } file && owner == cluster)
            {
                found.Add(file);
            }
        }

        return found.ToLookup(file => file.Partition);
    }

    /// <summary>Deletes the oldest backups, and then every file of the pool that no backup names.</summary>
    /// <param name="keep">How many backups stay; 0 for all.</param>
    /// <returns>How many backups and files were deleted.</returns>
    /// <exception cref="InvalidDataException">A backup that stays cannot be read, so that nobody knows which files it needs; no file was deleted.</exception>
    public (int Backups, int Files) Prune(int keep)
    {
        var names = Names();
        var doomed = keep == 0 ? 0 : Math.Max(0, names.Count - keep);
        foreach (var name in names.Take(doomed))
        {
            root.Delete(name);
        }

        root.SyncDirectory();
        var needed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in names.Skip(doomed))
        {
            try
            {
                needed.UnionWith(Read(name).Partitions.SelectMany(partition => partition.Files).Select(file => file.Name));
            }
            catch (InvalidDataException damage)
            {
                throw new InvalidDataException($"{name}: {damage.Message}; no file of the pool is deleted until it is mended or removed", damage);
            }
        }

        var unneeded = pool.List().Where(name => name.EndsWith(PoolFile.Extension, StringComparison.Ordinal) && !needed.Contains(name)).ToList();
        unneeded.ForEach(pool.Delete);
        pool.SyncDirectory();
        return (doomed, unneeded.Count);
    }

    private static string NameOf(DateTimeOffset time) => Prefix + time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture) + Suffix;

    private static DateTimeOffset? TimeOf(string name) =>
        name.Length > Prefix.Length + Suffix.Length && DateTimeOffset.TryParseExact(
            name[Prefix.Length..^Suffix.Length], TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : null;
}
