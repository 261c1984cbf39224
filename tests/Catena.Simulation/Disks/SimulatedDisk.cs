using Catena.Core.Primitives;
using Catena.Simulation.Scheduling;

namespace Catena.Simulation.Disks;

/// <summary>One directory of files on one device, that keeps only what was synced and can fail in every way a disk does.</summary>
/// <remarks>
/// A file's content and its name last separately: <see cref="SimulatedFile.Sync" /> is for the one, <see cref="SyncDirectory" /> for the other,
/// and neither does the other's work. A process that dies loses nothing that it wrote; a loss of power loses whatever was not synced, in whole
/// or in part, each write by itself (<see cref="DiskProfile" />).
/// </remarks>
public sealed class SimulatedDisk
{
    private const int SmallestToRot = 64;

    private readonly World _world;
    private readonly ulong _owner;
    private readonly Prng _random;
    private readonly List<DirectoryChange> _directoryChanges = [];
    private SortedDictionary<string, Inode> _names = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Inode> _durableNames = new(StringComparer.Ordinal);
    private long _elapsed;
    private long _stalledUntil;
    private readonly List<(Inode Inode, long Covered)> _underWay = [];
    private int _failingSyncs;
    private int _failingReads;
    private bool _misdirect;

    /// <summary>An empty disk.</summary>
    /// <param name="world">The world it is in.</param>
    /// <param name="owner">The node's id.</param>
    /// <param name="profile">How slow and how treacherous it is.</param>
    public SimulatedDisk(World world, ulong owner, DiskProfile profile)
    {
        ArgumentNullException.ThrowIfNull(world);
        _world = world;
        _owner = owner;
        _random = world.Random($"disk/{owner}");
        Profile = profile;
    }

    /// <summary>How slow and how treacherous it is; may be changed at any time.</summary>
    public DiskProfile Profile { get; set; }

    /// <summary>The files' names, in ordinal order.</summary>
    public IReadOnlyCollection<string> Names => _names.Keys;

    /// <summary>The bytes in use.</summary>
    public long Used => _names.Values.Sum(inode => inode.Visible.Allocated);

    /// <summary>The bytes that may still be allocated.</summary>
    public long FreeBytes => Math.Max(0, Profile.Capacity - Used);

    internal ulong Generation { get; private set; }

    /// <summary>Opens a file.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="create">Whether to create it; it must not exist then, and must exist otherwise.</param>
    /// <exception cref="SimulatedDiskException">The file exists, or does not.</exception>
    public SimulatedFile Open(string name, bool create = false)
    {
        var exists = _names.TryGetValue(name, out var inode);
        if (exists == create)
        {
            throw new SimulatedDiskException(create ? DiskFault.Exists : DiskFault.NotFound, name);
        }

        if (create)
        {
            inode = new Inode();
            Change(new DirectoryChange(null, name, inode));
        }

        return new SimulatedFile(this, name, inode!, Generation);
    }

    /// <summary>Whether there is a file of that name.</summary>
    public bool Exists(string name) => _names.ContainsKey(name);

    /// <summary>Gives a file another name, in place of whatever had it.</summary>
    /// <exception cref="SimulatedDiskException">There is no such file.</exception>
    public void Rename(string from, string to) => Change(new DirectoryChange(from, to, Find(from)));

    /// <summary>Removes a file.</summary>
    /// <exception cref="SimulatedDiskException">There is no such file.</exception>
    public void Delete(string name)
    {
        Find(name);
        Change(new DirectoryChange(name, null, null));
    }

    /// <summary>Makes the names durable.</summary>
    /// <exception cref="SimulatedDiskException">The device failed.</exception>
    public void SyncDirectory()
    {
        SettleUnderWay();
        _elapsed += SyncTime();
        if (TakeFailure(ref _failingSyncs))
        {
            throw new SimulatedDiskException(DiskFault.SyncFailed, ".");
        }

        if (Profile.LiesAboutSync)
        {
            return;
        }

        foreach (var change in _directoryChanges)
        {
            change.Apply(_durableNames);
        }

        _directoryChanges.Clear();
    }

    /// <summary>The time that synchronous operations would have taken since this was last asked; the caller lets it pass.</summary>
    public long TakeElapsed()
    {
        var elapsed = _elapsed;
        _elapsed = 0;
        return elapsed;
    }

    /// <summary>The process that had files open is gone: its handles are dead, what it wrote is not.</summary>
    public void ProcessDied()
    {
        Generation++;
        _underWay.Clear();
        _elapsed = 0;
    }

    /// <summary>Power is lost: handles are dead, and what was not synced is kept, lost or torn.</summary>
    public void LosePower()
    {
        ProcessDied();
        SurviveDirectory();

        // By name, and each file once: the order of the draws is part of what the seed decides.
        var inodes = new HashSet<Inode>();
        foreach (var inode in _durableNames.Values.Where(inodes.Add))
        {
            if (inode.Pending > 0 && _world.Tracing)
            {
                _world.Trace($"disk {_owner}: {inode.Pending} writes that were not synced are kept, lost or torn");
            }

            inode.LosePower(Profile, _random);
        }

        _names = new SortedDictionary<string, Inode>(_durableNames, StringComparer.Ordinal);
    }

    /// <summary>The disk is replaced by an empty one.</summary>
    public void Wipe()
    {
        ProcessDied();
        _names.Clear();
        _durableNames.Clear();
        _directoryChanges.Clear();
    }

    /// <summary>Lets the next syncs fail.</summary>
    public void FailSyncs(int count = 1) => _failingSyncs = count;

    /// <summary>Lets the next reads fail.</summary>
    public void FailReads(int count = 1) => _failingReads = count;

    /// <summary>Lets the next write land at another place of its file.</summary>
    public void MisdirectNextWrite() => _misdirect = true;

    /// <summary>No sync ends within the next <paramref name="nanoseconds" />.</summary>
    public void Stall(long nanoseconds) => _stalledUntil = Math.Max(_stalledUntil, _world.Now + nanoseconds);

    /// <summary>Turns one bit over, durably.</summary>
    /// <exception cref="SimulatedDiskException">There is no such file.</exception>
    public void Rot(string name, long offset, int bit = 0) => Find(name).Rot(offset, bit);

    /// <summary>Turns over one bit of one page that is in use, in any file but those that are too small to be hit twice by chance.</summary>
    /// <returns>Where; null if it hit nothing.</returns>
    public (string Name, long Offset)? RotSomewhere()
    {
        var pages = _names.Where(file => file.Value.Durable.Length >= SmallestToRot).SelectMany(file => file.Value.Durable.Pages.Select(page => (file.Key, file.Value, Page: page))).ToList();
        if (pages.Count == 0)
        {
            return null;
        }

        // Every byte is hit as often as any other, so a page that its file fills in part only is hit less often.
        var (name, inode, index) = pages[_random.Next(pages.Count)];
        var within = _random.Next(PagedBytes.PageSize);
        var offset = ((long)index * PagedBytes.PageSize) + within;
        if (offset >= inode.Durable.Length)
        {
            return null;
        }

        inode.Rot(offset, _random.Next(8));
        if (_world.Tracing)
        {
            _world.Trace($"disk {_owner}: a bit of {name} at {offset} has rotted");
        }

        return (name, offset);
    }

    internal void BeforeRead(SimulatedFile file)
    {
        if (TakeFailure(ref _failingReads))
        {
            throw new SimulatedDiskException(DiskFault.ReadFailed, file.Name);
        }
    }

    internal long BeforeWrite(SimulatedFile file, long offset, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        if (_misdirect && file.Inode.Visible.Length >= 1024)
        {
            _misdirect = false;
            var sectors = file.Inode.Visible.Length / 512;
            offset = (((offset / 512) + 1 + _random.Between(0, sectors - 2)) % sectors * 512) + (offset % 512);
            if (_world.Tracing)
            {
                _world.Trace($"disk {_owner}: a write to {file.Name} lands at {offset}");
            }
        }

        CheckSpace(file, offset, count);
        return offset;
    }

    internal void CheckSpace(SimulatedFile file, long offset, long count)
    {
        var growth = file.Inode.Visible.Growth(offset, count);
        if (growth > 0 && growth > FreeBytes)
        {
            throw new SimulatedDiskException(DiskFault.Full, file.Name);
        }
    }

    internal void SyncNow(SimulatedFile file)
    {
        SettleUnderWay();
        _elapsed += SyncTime();
        if (!Complete(file.Inode, file.Inode.Pending))
        {
            throw new SimulatedDiskException(DiskFault.SyncFailed, file.Name);
        }
    }

    internal void BeginSync(SimulatedFile file, Action<bool> completed)
    {
        var generation = Generation;
        var covered = file.Inode.TotalChanges;
        var underWay = (file.Inode, covered);
        _underWay.Add(underWay);
        _world.Schedule(SyncTime(), "disk.sync", _owner, () =>
        {
            _underWay.Remove(underWay);
            if (generation == Generation)
            {
                completed(Complete(file.Inode, file.Inode.PendingUpTo(covered)));
            }
        });
    }

    /// <summary>
    /// Makes durable what syncs under way cover, before anything else is: a process that syncs something else believes that they have succeeded, and
    /// on a real disk it would have waited for them.
    /// </summary>
    private void SettleUnderWay()
    {
        if (!Profile.LiesAboutSync)
        {
            foreach (var (inode, covered) in _underWay)
            {
                inode.Sync(inode.PendingUpTo(covered));
            }
        }
    }

    private bool Complete(Inode inode, int changes)
    {
        if (TakeFailure(ref _failingSyncs))
        {
            inode.FailSync(changes, Profile, _random);
            return false;
        }

        if (!Profile.LiesAboutSync)
        {
            inode.Sync(changes);
        }

        return true;
    }

    private long SyncTime()
    {
        var time = _random.Between(Profile.MinSync, Profile.MaxSync);
        if (_random.Chance(Profile.Spike))
        {
            time += _random.Between(0, 100 * Profile.MaxSync);
        }

        return Math.Max(time, _stalledUntil - _world.Now);
    }

    private void SurviveDirectory()
    {
        var survivors = Profile.UnorderedDirectory ? _directoryChanges.Count : _random.Next(_directoryChanges.Count + 1);
        for (var index = 0; index < survivors; index++)
        {
            if (!Profile.UnorderedDirectory || _random.Chance(0.5))
            {
                _directoryChanges[index].Apply(_durableNames);
            }
        }

        _directoryChanges.Clear();
    }

    private void Change(DirectoryChange change)
    {
        change.Apply(_names);
        _directoryChanges.Add(change);
    }

    private Inode Find(string name) =>
        _names.TryGetValue(name, out var inode) ? inode : throw new SimulatedDiskException(DiskFault.NotFound, name);

    private static bool TakeFailure(ref int remaining)
    {
        if (remaining == 0)
        {
            return false;
        }

        remaining--;
        return true;
    }
}
