using Catena.Faults.Network;

namespace Catena.Faults.Cluster;

/// <summary>A small file system in memory for one node's data, which can be filled up and freed again.</summary>
internal sealed class SmallDisk : IDisposable
{
    private const int LeftFree = 64 << 10;
    private const int MostAttempts = 100;

    private readonly string _mountPoint;
    private readonly string _ballast;

    /// <summary>Mounts it.</summary>
    /// <param name="mountPoint">Where.</param>
    /// <param name="megabytes">How much fits.</param>
    /// <exception cref="HarnessException">The system refused.</exception>
    public SmallDisk(string mountPoint, int megabytes)
    {
        _mountPoint = Directory.CreateDirectory(mountPoint).FullName;
        _ballast = Path.Combine(_mountPoint, "ballast");
        Tool.Run("mount", "-t", "tmpfs", "-o", FormattableString.Invariant($"size={megabytes}m"), "tmpfs", _mountPoint);
        Data = Directory.CreateDirectory(Path.Combine(_mountPoint, "node")).FullName;
    }

    /// <summary>The directory for the node's data.</summary>
    public string Data { get; }

    /// <summary>Leaves next to no space.</summary>
    public void Fill()
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var bytes = Math.Max(0, new DriveInfo(_mountPoint).AvailableFreeSpace - LeftFree);
                using var ballast = File.OpenHandle(_ballast, FileMode.Create, FileAccess.Write, preallocationSize: bytes);
                return;
            }
            catch (IOException) when (attempt < MostAttempts)
            {
                // The node has taken some of the space that was free a moment ago.
            }
        }
    }

    /// <summary>Gives the space back.</summary>
    public void Free() => File.Delete(_ballast);

    /// <inheritdoc />
    public void Dispose() => Tool.TryRun(out _, "umount", "-l", _mountPoint);
}
