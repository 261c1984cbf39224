namespace Catena.Simulation.Disks;

/// <summary>Why an operation of a <see cref="SimulatedDisk" /> failed.</summary>
public enum DiskFault
{
    /// <summary>There is no file of that name.</summary>
    NotFound,

    /// <summary>There is a file of that name already.</summary>
    Exists,

    /// <summary>The disk is full (ENOSPC).</summary>
    Full,

    /// <summary>The device failed to read (EIO).</summary>
    ReadFailed,

    /// <summary>The device failed to sync (EIO): what was to be made durable may be lost, and a later sync does not bring it back.</summary>
    SyncFailed,

    /// <summary>The handle belongs to a process that is gone; a fault of the program or of the harness.</summary>
    StaleHandle,
}
