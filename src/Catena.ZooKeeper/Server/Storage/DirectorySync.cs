using System.Runtime.InteropServices;

namespace Catena.ZooKeeper.Server.Storage;

/// <summary>Makes a directory's entries durable, so that a file created or renamed in it is there after a power failure.</summary>
/// <remarks>.NET has no call for it. Off Linux this does nothing: the development cluster runs there without this promise.</remarks>
internal static partial class DirectorySync
{
    private const int ReadOnlyCloseOnExec = 0x80000;

    /// <summary>Flushes a directory.</summary>
    /// <param name="path">The directory.</param>
    /// <exception cref="IOException">The system refused.</exception>
    public static void Flush(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var descriptor = Open(path, ReadOnlyCloseOnExec);
        if (descriptor < 0)
        {
            throw new IOException($"cannot open the directory {path} (errno {Marshal.GetLastPInvokeError()})");
        }

        var result = Fsync(descriptor);
        var errno = Marshal.GetLastPInvokeError();
        _ = Close(descriptor);
        if (result != 0)
        {
            throw new IOException($"cannot flush the directory {path} (errno {errno})");
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
