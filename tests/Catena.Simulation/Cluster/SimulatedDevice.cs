using Catena.Simulation.Disks;
using Catena.Storage.Devices;
using Catena.Storage.Errors;

namespace Catena.Simulation.Cluster;

/// <summary>A simulated disk as the storage engine's port.</summary>
/// <remarks>
/// The engine flushes in one synchronous call, but a sync takes its time, in which power may be lost or more be appended. So the last sync of a
/// flush is held back (<see cref="Defers" />) and left to the flusher, which lets that time pass and says nothing of the flush before it has ended. A
/// sync that something else of the same flush follows is carried out at once: what the engine orders by it stays in order.
/// </remarks>
internal sealed class SimulatedDevice(SimulatedDisk disk) : IStorageDevice
{
    private SimulatedFile? _deferred;

    /// <inheritdoc />
    public long FreeBytes => disk.FreeBytes;

    /// <summary>Whether the last sync is held back until <see cref="TakeDeferred" />.</summary>
    internal bool Defers { get; set; }

    /// <inheritdoc />
    public IReadOnlyList<string> List() => [.. disk.Names];

    /// <inheritdoc />
    public bool Exists(string name) => disk.Exists(name);

    /// <inheritdoc />
    public IStorageFile Open(string name, bool create)
    {
        var exists = disk.Exists(name);
        if (!exists && !create)
        {
            throw new StorageFailedException($"There is no file {name}.");
        }

        return new SimulatedStorageFile(this, Do(() => disk.Open(name, !exists)));
    }

    /// <inheritdoc />
    public void Delete(string name)
    {
        CompleteDeferred();
        if (disk.Exists(name))
        {
            disk.Delete(name);
        }
    }

    /// <inheritdoc />
    public void Rename(string from, string to)
    {
        CompleteDeferred();
        disk.Rename(from, to);
    }

    /// <inheritdoc />
    public void SyncDirectory()
    {
        CompleteDeferred();
        Do(disk.SyncDirectory);
    }

    /// <summary>Hands the sync over that was held back; null where there is none.</summary>
    internal SimulatedFile? TakeDeferred()
    {
        var file = _deferred;
        _deferred = null;
        return file;
    }

    /// <summary>Syncs a file, now or with the flusher's help.</summary>
    internal void Sync(SimulatedFile file)
    {
        CompleteDeferred();
        if (Defers)
        {
            _deferred = file;
        }
        else
        {
            Do(file.Sync);
        }
    }

    /// <summary>Carries out what was held back, before anything that must come after it.</summary>
    internal void CompleteDeferred()
    {
        if (TakeDeferred() is { } file)
        {
            Do(file.Sync);
        }
    }

    /// <summary>Does something, and says what went wrong in the engine's words.</summary>
    internal static void Do(Action action) => Do(() =>
    {
        action();
        return true;
    });

    /// <inheritdoc cref="Do(Action)" />
    internal static T Do<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (SimulatedDiskException failure) when (failure.Fault == DiskFault.Full)
        {
            throw new StorageFullException(failure.Message, failure);
        }
        catch (SimulatedDiskException failure) when (failure.Fault is DiskFault.SyncFailed or DiskFault.ReadFailed)
        {
            throw new StorageFailedException(failure.Message, failure);
        }
    }
}
