using System.Runtime.InteropServices;
using Catena.Storage.Errors;
using Microsoft.Win32.SafeHandles;

namespace Catena.Storage.Devices;

/// <summary>The calls that .NET has no name for: fdatasync, directory fsync, posix_fallocate, posix_fadvise, fcntl and madvise; weaker stand-ins where they do not exist.</summary>
internal static partial class Platform
{
    /// <summary>The bytes of the pages in which systems keep files in memory, of the usual size.</summary>
    internal const int PageBytes = 4096;

    private const int NoSpace = 28;
    private const int NotSupported = 95;
    private const int InvalidArgument = 22;
    private const int HugePages = 14;
    private const int DontNeed = 4;
    private const int SetFlags = 4;
    private const int Direct = 0x4000;
    private const int DirectOnArm = 0x10000;

    /// <summary>Makes a file's content, and what of its metadata is needed to read it, durable.</summary>
    internal static void SyncData(SafeFileHandle handle)
    {
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.FlushToDisk(handle);
            return;
        }

        if (FdataSync(handle) != 0)
        {
            throw new IOException($"fdatasync failed with errno {Marshal.GetLastPInvokeError()}.", Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>Makes a directory's entries durable; Windows offers nothing of the kind, and does it with the file.</summary>
    internal static void SyncDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = OpenReadOnly(path, 0);
        if (descriptor < 0)
        {
            throw new IOException($"Opening the directory {path} failed with errno {Marshal.GetLastPInvokeError()}.");
        }

        var failed = Fsync(descriptor) != 0;
        var error = Marshal.GetLastPInvokeError();
        _ = Close(descriptor);
        if (failed)
        {
            throw new IOException($"fsync of the directory {path} failed with errno {error}.", error);
        }
    }

    /// <summary>Takes the space of a file's range now, where the system can.</summary>
    /// <returns>Whether it could; the file is as long then as the range's end, with zeros in it.</returns>
    /// <exception cref="StorageFullException">There is not enough.</exception>
    internal static bool TryReserve(SafeFileHandle handle, long offset, long length)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        var error = PosixFallocate(handle, offset, length);
        if (error == NoSpace)
        {
            throw new StorageFullException($"The disk has no room for {length} more bytes.");
        }

        if (error is not (0 or NotSupported or InvalidArgument))
        {
            throw new IOException($"posix_fallocate failed with errno {error}.", error);
        }

        return error == 0;
    }

    /// <summary>Asks for memory to be mapped in huge pages, where the system has them; a wish, no more.</summary>
    internal static void PreferHugePages(nint start, int bytes)
    {
        if (OperatingSystem.IsLinux())
        {
            _ = Advise(start, (nuint)bytes, HugePages);
        }
    }

    /// <summary>Opens a file once more, for writes past the page cache.</summary>
    /// <returns>Null where the file system or the operating system knows no such writes.</returns>
    internal static SafeFileHandle? TryOpenDirect(SafeFileHandle handle)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        try
        {
            // Not by its name, which may be another by now.
            var direct = File.OpenHandle($"/proc/self/fd/{handle.DangerousGetHandle()}", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            if (FileControl(direct, SetFlags, RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64 ? DirectOnArm : Direct) == 0)
            {
                return direct;
            }

            direct.Dispose();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // No /proc is mounted: the page cache does as well.
        }

        return null;
    }

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int FileControl(SafeFileHandle descriptor, int command, int flags);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint start, nuint length, int advice);

    /// <summary>Lets the system forget clean pages of a file, where it can.</summary>
    internal static void DropCached(SafeFileHandle handle, long offset, long length)
    {
        if (OperatingSystem.IsLinux())
        {
            // A hint: whether it was taken changes nothing but what the next read proves.
            _ = PosixFadvise(handle, offset, length, DontNeed);
        }
    }

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int PosixFadvise(SafeFileHandle descriptor, long offset, long length, int advice);

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int FdataSync(SafeFileHandle descriptor);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenReadOnly(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "posix_fallocate")]
    private static partial int PosixFallocate(SafeFileHandle descriptor, long offset, long length);
}
