using Catena.Core.Primitives;
using Catena.Storage.Devices;
using Catena.Storage.Errors;

namespace Catena.Storage.Tests.Disks;

/// <summary>A directory in memory that remembers what was synced, so that it can crash.</summary>
internal sealed class MemoryDisk : IStorageDevice
{
    private readonly Dictionary<string, MemoryInode> _names = [];
    private Dictionary<string, MemoryInode> _durableNames = [];

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

    public long FreeBytes => Capacity - _names.Values.Sum(inode => inode.Content.LongLength);

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
            _names[name] = inode;
        }

        return new MemoryFile(this, inode);
    }

    public void Delete(string name) => _names.Remove(name);

    public void Rename(string from, string to)
    {
        _names[to] = _names[from];
        _names.Remove(from);
    }

    public void SyncDirectory()
    {
        Count(FailSync);
        DirectorySyncs++;
        var meanwhile = WhileSyncingDirectory;
        WhileSyncingDirectory = null;
        meanwhile?.Invoke();
        _durableNames = new Dictionary<string, MemoryInode>(_names);
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

    /// <summary>What is there after the power fails: of what was not synced any part, in any order.</summary>
    public MemoryDisk Crash(Prng random)
    {
        var survivor = new MemoryDisk();
        foreach (var (name, inode) in random.Chance(0.5) ? _names : _durableNames)
        {
            survivor._names[name] = inode.Crash(random);
        }

        survivor.SyncDirectory();
        return survivor;
    }

    /// <summary>What is there after the process alone was killed: all that was written, synced or not.</summary>
    public MemoryDisk Kill()
    {
        var copies = _names.Values.Concat(_durableNames.Values).Distinct().ToDictionary(inode => inode, inode => inode.Copy());
        var survivor = new MemoryDisk { _durableNames = _durableNames.ToDictionary(pair => pair.Key, pair => copies[pair.Value]) };
        foreach (var (name, inode) in _names)
        {
            survivor._names[name] = copies[inode];
        }

        return survivor;
    }
}
