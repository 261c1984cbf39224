using Catena.Core.Primitives;
using Catena.Storage.Devices;
using Catena.Storage.Errors;

namespace Catena.Storage.Tests.Disks;

/// <summary>A directory in memory that remembers what was synced, so that it can crash.</summary>
internal sealed class MemoryDisk : IStorageDevice
{
    private readonly Dictionary<string, MemoryInode> _names = [];
    private readonly Dictionary<string, MemoryInode> _durableNames = [];

    /// <summary>What has happened to names since they were made durable, in order.</summary>
    private readonly List<NameChange> _changes = [];

    public long Capacity { get; set; } = long.MaxValue;

    /// <summary>Whether no file can be made that is not there.</summary>
    public bool IsFull { get; set; }

    public bool FailSync { get; set; }

    public bool FailWrites { get; set; }

    /// <summary>So many writes and syncs succeed, and none after them.</summary>
    public int FailAfter { get; set; } = int.MaxValue;

    /// <summary>Whether anything was written and not synced.</summary>
    public bool HasUnsynced => _names.Values.Any(inode => inode.Unsynced.Count > 0);

    public int Syncs { get; set; }

    /// <summary>Whether what was appended last is to be read soon.</summary>
    public bool? IsReadSoon { get; set; }

    /// <summary>What happens while the next file is being synced: nothing of it is.</summary>
    public Action? WhileSyncing { get; set; }

    public int DirectorySyncs { get; set; }

    /// <summary>What happens while names are made durable the next time.</summary>
    public Action? WhileSyncingDirectory { get; set; }

    public long Used => _names.Values.Sum(inode => inode.Content.LongLength);

    public long FreeBytes => Capacity - Used;

    public IReadOnlyList<string> List() => [.. _names.Keys];

    public bool Exists(string name) => _names.ContainsKey(name);

    public IStorageFile Open(string name, bool create)
    {
        if (!_names.TryGetValue(name, out var inode))
        {
            if (!create)
            {
                throw new FileNotFoundException(name);
            }

            if (IsFull)
            {
                throw new StorageFullException("The disk in memory is full.");
            }

            inode = new MemoryInode();
            Change(new NameChange(null, name, inode));
        }

        return new MemoryFile(this, inode);
    }

    public void Delete(string name) => Change(new NameChange(name, null, null));

    public void Rename(string from, string to) => Change(new NameChange(from, to, _names[from]));

    public void SyncDirectory()
    {
        Count(FailSync);
        DirectorySyncs++;
        var meanwhile = WhileSyncingDirectory;
        WhileSyncingDirectory = null;
        meanwhile?.Invoke();
        Replay(_changes, _durableNames);
        _changes.Clear();
    }

    /// <summary>A file's present bytes, to be looked at and damaged.</summary>
    public byte[] Content(string name) => _names[name].Content;

    /// <summary>What of a file the system was told that nobody reads soon, in order.</summary>
    public IReadOnlyList<(long Offset, long Length)> Forgotten(string name) => _names[name].Forgotten;

    /// <summary>What was written to a file and not synced, in order.</summary>
    public IReadOnlyList<(long Offset, byte[] Bytes)> Unsynced(string name) => _names[name].Unsynced;

    /// <summary>Lets no byte be read any more together with this one.</summary>
    public void MakeBad(string name, int offset) => _names[name].BadPlace = offset;

    /// <summary>Replaces a file's bytes, durably.</summary>
    public void SetContent(string name, byte[] content)
    {
        var inode = new MemoryInode { Content = content, Durable = (byte[])content.Clone() };
        _names[name] = inode;
        _durableNames[name] = inode;
    }

    /// <summary>The length of a file.</summary>
    public long LengthOf(string name) => _names[name].Content.LongLength;

    /// <summary>Turns over all bits of one byte, durably; done twice, the file is as it was.</summary>
    public void Flip(string name, int offset)
    {
        var content = (byte[])_names[name].Content.Clone();
        content[offset] ^= byte.MaxValue;
        SetContent(name, content);
    }

    /// <summary>The names of journal segments, in order.</summary>
    public List<string> Segments() => [.. _names.Keys.Where(name => name.EndsWith(".journal", StringComparison.Ordinal)).Order()];

    /// <summary>Counts a write or sync, and fails it where the disk was told to.</summary>
    public void Count(bool fail)
    {
        if (fail)
        {
            throw new StorageFailedException("The disk was told to fail.");
        }

        if (FailAfter-- <= 0)
        {
            FailAfter = 0;
            throw new StorageFailedException("The disk was told to fail from here on.");
        }
    }

    /// <summary>What is there after the power fails: of what was not synced any part, in any order, names included.</summary>
    public MemoryDisk Crash(Prng random)
    {
        // A file system with a journal keeps the first of the changes, one without any of them.
        var kept = random.Next(3) switch
        {
            0 => _changes.Count,
            1 => random.Next(_changes.Count + 1),
            _ => -1,
        };
        var names = new Dictionary<string, MemoryInode>(_durableNames);
        Replay(kept >= 0 ? _changes.Take(kept) : _changes.Where(_ => random.Chance(0.5)), names);
        var survivor = new MemoryDisk();
        var copies = names.Values.Distinct().ToDictionary(inode => inode, inode => inode.Crash(random));
        Replay(names.Select(name => new NameChange(null, name.Key, copies[name.Value])), survivor._names);
        Replay(names.Select(name => new NameChange(null, name.Key, copies[name.Value])), survivor._durableNames);
        return survivor;
    }

    /// <summary>What is there after the process alone was killed: all that was written, synced or not.</summary>
    public MemoryDisk Kill()
    {
        var copies = _names.Values.Concat(_durableNames.Values).Concat(_changes.Select(change => change.Inode).OfType<MemoryInode>()).Distinct()
            .ToDictionary(inode => inode, inode => inode.Copy());
        var survivor = new MemoryDisk();
        Replay(_durableNames.Select(name => new NameChange(null, name.Key, copies[name.Value])), survivor._durableNames);
        Replay(_names.Select(name => new NameChange(null, name.Key, copies[name.Value])), survivor._names);
        survivor._changes.AddRange(_changes.Select(change => change with { Inode = change.Inode is null ? null : copies[change.Inode] }));
        return survivor;
    }

    private static void Replay(IEnumerable<NameChange> changes, Dictionary<string, MemoryInode> names)
    {
        foreach (var (from, to, inode) in changes)
        {
            if (from is not null)
            {
                names.Remove(from);
            }

            if (to is not null)
            {
                names[to] = inode!;
            }
        }
    }

    private void Change(NameChange change)
    {
        Replay([change], _names);
        _changes.Add(change);
    }

    /// <summary>A file that got a name, lost one, or both.</summary>
    private sealed record NameChange(string? From, string? To, MemoryInode? Inode);
}
