using System.Globalization;

namespace Catena.ZooKeeper.Server.Storage;

/// <summary>The names of a store's files: <c>log.&lt;first zxid&gt;</c> and <c>snapshot.&lt;last zxid&gt;</c>, in hexadecimal.</summary>
internal static class StoreFiles
{
    /// <summary>What marks a file that is not complete yet.</summary>
    public const string TemporarySuffix = ".tmp";

    private const string LogPrefix = "log.";
    private const string SnapshotPrefix = "snapshot.";

    /// <summary>The log that begins with a transaction.</summary>
    /// <param name="directory">The store's directory.</param>
    /// <param name="firstZxid">The transaction.</param>
    public static string Log(string directory, long firstZxid) => Name(directory, LogPrefix, firstZxid);

    /// <summary>The snapshot that ends with a transaction.</summary>
    /// <param name="directory">The store's directory.</param>
    /// <param name="lastZxid">The transaction.</param>
    public static string Snapshot(string directory, long lastZxid) => Name(directory, SnapshotPrefix, lastZxid);

    /// <summary>The zxids of all logs, ascending.</summary>
    /// <param name="directory">The store's directory.</param>
    public static long[] Logs(string directory) => Numbers(directory, LogPrefix);

    /// <summary>The zxids of all snapshots, ascending.</summary>
    /// <param name="directory">The store's directory.</param>
    public static long[] Snapshots(string directory) => Numbers(directory, SnapshotPrefix);

    /// <summary>Puts a file in place of a temporary one so that after a crash there is all of it or none.</summary>
    /// <param name="path">Its final name; the temporary one is flushed already.</param>
    public static void Publish(string path)
    {
        File.Move(path + TemporarySuffix, path, overwrite: true);
        DirectorySync.Flush(Path.GetDirectoryName(path)!);
    }

    private static string Name(string directory, string prefix, long zxid) =>
        Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"{prefix}{zxid:x16}"));

    private static long[] Numbers(string directory, string prefix) =>
    [
        .. Directory.EnumerateFiles(directory, prefix + "*")
            .Select(file => Number(Path.GetFileName(file)[prefix.Length..]))
            .Where(zxid => zxid >= 0)
            .Order(),
    ];

    private static long Number(string digits) =>
        long.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var zxid) ? zxid : -1;
}
