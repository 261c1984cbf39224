using Catena.ZooKeeper.Tree;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace Catena.ZooKeeper.Server.Storage;

/// <summary>The embedded server's disk: the newest snapshot, and the log of every transaction since.</summary>
/// <remarks>
/// <para>
/// <c>snapshot.Z</c> and <c>log.Z+1</c> are the whole truth; every other file is left over from a change of log that a crash cut short,
/// and goes at the next start. When the log is full, a snapshot is written and a new log begun; only when both are durable are the old
/// ones deleted.
/// </para>
/// <para>
/// Order of use: <see cref="TryReserve" />, apply to the tree, <see cref="Append" />, and once for all that was appended
/// <see cref="Commit" />, before anybody hears of it. Not thread-safe.
/// </para>
/// </remarks>
internal sealed class TransactionStore : IDisposable
{
    private readonly string _directory;
    private readonly long _logCapacity;
    private readonly ILogger _logger;
    private readonly Action<SafeFileHandle> _flush;
    private readonly FileStream _lock;
    private LogFile _log;
    private bool _isSealed;

    private TransactionStore(string directory, FileStream held, long logCapacity, ILogger logger, Action<SafeFileHandle> flush)
    {
        _directory = directory;
        _lock = held;
        _logCapacity = logCapacity;
        _logger = logger;
        _flush = flush;
        (Tree, _log) = Recover();
    }

    /// <summary>The tree, as the files have it and as transactions have changed it since.</summary>
    public ZnodeTree Tree { get; }

    /// <summary>Opens a store, recovering what is there.</summary>
    /// <param name="directory">Its directory, made where there is none.</param>
    /// <param name="logCapacity">How long a log grows, at least.</param>
    /// <param name="logger">Hears of what was found.</param>
    /// <param name="flush">Makes a file's bytes durable.</param>
    /// <exception cref="CorruptStoreException">What is there is damaged.</exception>
    /// <exception cref="IOException">The directory is in use, or the system refused.</exception>
    public static TransactionStore Open(string directory, long logCapacity, ILogger logger, Action<SafeFileHandle> flush)
    {
        directory = Path.GetFullPath(directory);
        if (!Directory.Exists(directory))
        {
            Directory.CreateDirectory(directory);
            DirectorySync.Flush(Path.GetDirectoryName(directory)!);
        }

        var held = new FileStream(Path.Combine(directory, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        try
        {
            return new TransactionStore(directory, held, logCapacity, logger, flush);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Makes sure that a transaction can be written whatever the disk's state; begins a new log where need be.</summary>
    /// <param name="length">The transaction's length.</param>
    /// <returns>False where there is no room for it now; it must be refused then.</returns>
    public bool TryReserve(int length)
    {
        if (!_isSealed && _log.HasRoom(length))
        {
            return true;
        }

        Commit();
        try
        {
            BeginLog(length);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            ServerLog.NoRoom(_logger, e);
            return false;
        }
    }

    /// <summary>Adds a transaction that was applied to the tree.</summary>
    /// <param name="transaction">Its bytes, for which room was reserved.</param>
    public void Append(ReadOnlySpan<byte> transaction) => _log.Append(transaction);

    /// <summary>Makes everything appended durable.</summary>
    /// <exception cref="IOException">The system refused; the process must not go on.</exception>
    public void Commit()
    {
        if (_log.IsDirty)
        {
            _log.Flush(_flush);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _log.Dispose();
        _lock.Dispose();
    }

    private (ZnodeTree Tree, LogFile Log) Recover()
    {
        var snapshots = StoreFiles.Snapshots(_directory);
        var logs = StoreFiles.Logs(_directory);
        if (snapshots.Length == 0 && logs.Length == 0)
        {
            return (new ZnodeTree(), LogFile.Create(StoreFiles.Log(_directory, 1), 1, _logCapacity));
        }

        var tree = snapshots.Length == 0 ? new ZnodeTree() : SnapshotFile.Read(_directory, snapshots[^1]);
        var first = tree.LastZxid + 1;
        if (logs.Length == 0 || logs[^1] > first || (snapshots.Length == 0 && logs[0] != 1))
        {
            throw new CorruptStoreException(_directory, $"the log that begins with zxid 0x{first:x} is missing");
        }

        LogFile log;
        if (logs[^1] == first)
        {
            var path = StoreFiles.Log(_directory, first);
            var (salt, end, torn) = LogReplay.Run(path, tree);
            log = LogFile.Continue(path, salt, end);
            ServerLog.Recovered(_logger, tree.LastZxid, tree.NodeCount, tree.Sessions.Count, torn);
        }
        else
        {
            log = LogFile.Create(StoreFiles.Log(_directory, first), first, _logCapacity);
        }

        DeleteAllBut(first);
        return (tree, log);
    }

    private void BeginLog(int length)
    {
        // Once there may be a newer snapshot, recovery no longer looks into the old log: nothing may be added to it.
        _isSealed = true;
        var first = Tree.LastZxid + 1;
        var snapshotLength = SnapshotFile.Write(_directory, Tree);
        var capacity = Math.Max(Math.Max(_logCapacity, snapshotLength), 2L * length);
        var next = LogFile.Create(StoreFiles.Log(_directory, first), first, capacity);
        _log.Dispose();
        _log = next;
        _isSealed = false;
        DeleteAllBut(first);
        ServerLog.LogBegun(_logger, first, snapshotLength);
    }

    private void DeleteAllBut(long first)
    {
        foreach (var zxid in StoreFiles.Logs(_directory).Where(zxid => zxid != first))
        {
            File.Delete(StoreFiles.Log(_directory, zxid));
        }

        foreach (var zxid in StoreFiles.Snapshots(_directory).Where(zxid => zxid != first - 1))
        {
            File.Delete(StoreFiles.Snapshot(_directory, zxid));
        }

        foreach (var file in Directory.EnumerateFiles(_directory, "*" + StoreFiles.TemporarySuffix))
        {
            File.Delete(file);
        }
    }
}
