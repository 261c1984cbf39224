namespace Catena.Simulation.Disks;

/// <summary>An open file of a <see cref="SimulatedDisk" />; dead once the process that opened it is.</summary>
/// <remarks>Reads and writes take effect at once, as in a page cache; only a sync makes them last.</remarks>
public sealed class SimulatedFile
{
    private readonly SimulatedDisk _disk;
    private readonly ulong _generation;

    internal SimulatedFile(SimulatedDisk disk, string name, Inode inode, ulong generation)
    {
        _disk = disk;
        _generation = generation;
        Name = name;
        Inode = inode;
    }

    /// <summary>The name under which it was opened; a rename does not change it.</summary>
    public string Name { get; }

    /// <summary>The length that readers see.</summary>
    public long Length
    {
        get
        {
            Check();
            return Inode.Visible.Length;
        }
    }

    internal Inode Inode { get; }

    /// <summary>Reads.</summary>
    /// <returns>How many bytes; fewer than asked for only at the file's end.</returns>
    /// <exception cref="SimulatedDiskException">The device failed to read.</exception>
    public int Read(long offset, Span<byte> target)
    {
        Check();
        _disk.BeforeRead(this);
        return Inode.Visible.Read(offset, target);
    }

    /// <summary>Writes.</summary>
    /// <exception cref="SimulatedDiskException">The disk is full; nothing was written.</exception>
    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        Check();
        offset = _disk.BeforeWrite(this, offset, bytes.Length);
        Inode.Change(new PendingChange.Written(offset, bytes.ToArray()));
    }

    /// <summary>Makes the file at least this long, with zeros, and takes the space now.</summary>
    /// <exception cref="SimulatedDiskException">The disk is full; nothing was changed.</exception>
    public void Allocate(long length)
    {
        Check();
        if (length > 0)
        {
            _disk.CheckSpace(this, 0, length);
            Inode.Change(new PendingChange.Reserved(length));
        }
    }

    /// <summary>Cuts the file or extends it by zeros.</summary>
    public void SetLength(long length)
    {
        Check();
        Inode.Change(new PendingChange.Resized(length));
    }

    /// <summary>Makes what was written durable before it returns; the time that takes is added to what <see cref="SimulatedDisk.TakeElapsed" /> gives.</summary>
    /// <exception cref="SimulatedDiskException">The device failed; what was to be synced may be lost for good.</exception>
    public void Sync()
    {
        Check();
        _disk.SyncNow(this);
    }

    /// <summary>Makes what has been written so far durable, in the time that takes.</summary>
    /// <param name="completed">Called with whether it succeeded; never called if the process dies or power is lost first.</param>
    public void BeginSync(Action<bool> completed)
    {
        Check();
        _disk.BeginSync(this, completed);
    }

    private void Check()
    {
        if (_disk.Generation != _generation)
        {
            throw new SimulatedDiskException(DiskFault.StaleHandle, Name);
        }
    }
}
