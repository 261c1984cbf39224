using Catena.Simulation.Disks;
using Catena.Storage.Devices;
using Catena.Storage.Errors;

namespace Catena.Simulation.Cluster;

/// <summary>An open file of a <see cref="SimulatedDevice" />.</summary>
internal sealed class SimulatedStorageFile(SimulatedDevice device, SimulatedFile file) : IStorageFile
{
    /// <inheritdoc />
    public long Length => file.Length;

    /// <inheritdoc />
    public void Allocate(long length)
    {
        device.CompleteDeferred();
        if (length > file.Length)
        {
            SimulatedDevice.Do(() => file.Allocate(length));
        }
    }

    /// <inheritdoc />
    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        device.CompleteDeferred();
        try
        {
            file.Write(offset, bytes);
        }
        catch (SimulatedDiskException failure) when (failure.Fault == DiskFault.Full)
        {
            throw new StorageFullException(failure.Message, failure);
        }
    }

    /// <inheritdoc />
    public int Read(long offset, Span<byte> bytes)
    {
        try
        {
            return file.Read(offset, bytes);
        }
        catch (SimulatedDiskException failure) when (failure.Fault == DiskFault.ReadFailed)
        {
            throw new StorageFailedException(failure.Message, failure);
        }
    }

    /// <inheritdoc />
    public void Sync() => device.Sync(file);

    /// <inheritdoc />
    public void SetLength(long length)
    {
        device.CompleteDeferred();
        file.SetLength(length);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        // A handle holds nothing; those of a dead process are dead anyway.
    }
}
