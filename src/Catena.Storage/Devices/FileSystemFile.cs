using Catena.Storage.Errors;
using Microsoft.Win32.SafeHandles;

namespace Catena.Storage.Devices;

/// <summary>A file of a <see cref="FileSystemDevice" />: positioned reads and writes on one handle, without a stream's state.</summary>
internal sealed class FileSystemFile : IStorageFile
{
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    private static readonly byte[] Zeros = new byte[256 * 1024];

    private readonly SafeFileHandle _handle;
    private readonly string _name;
    private readonly DirectWriter? _direct;

    /// <summary>Opens a file.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="create">Whether to make it where it does not exist.</param>
    /// <param name="direct">Appends past the page cache, to what <see cref="Allocate" /> has filled; null where appends are not synced at once.</param>
    internal FileSystemFile(string path, bool create, DirectWriter? direct)
    {
        _direct = direct;
        _name = Path.GetFileName(path);
        _handle = File.OpenHandle(
            path, create ? FileMode.OpenOrCreate : FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
    }

    /// <inheritdoc />
    public long Length => RandomAccess.GetLength(_handle);

    /// <inheritdoc />
    /// <remarks>
    /// The space is reserved first, so that a full disk is noticed before anything is written, and filled with zeros then, where that was not declined or the file system reserves nothing: blocks that
    /// have been written once need no change of the file system's metadata when they are overwritten and synced. They are synced piece by piece: a disk that is given all of them at once would have every sync beside wait behind them.
    /// </remarks>
    public void Allocate(long length)
    {
        try
        {
            var present = Length;
            if (length <= present)
            {
                return;
            }

            if (Platform.TryReserve(_handle, present, length - present) && _direct is null)
            {
                return;
            }

            for (var offset = present; offset < length; offset += Zeros.Length)
            {
                RandomAccess.Write(_handle, Zeros.AsSpan(0, (int)Math.Min(Zeros.Length, length - offset)), offset);
                Platform.SyncData(_handle);
            }
        }
        catch (IOException failure)
        {
            throw Translate(failure, $"Allocating {length} bytes for {_name}");
        }
    }

    /// <inheritdoc />
    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        try
        {
            RandomAccess.Write(_handle, bytes, offset);
        }
        catch (IOException failure)
        {
            throw Translate(failure, $"Writing to {_name}");
        }
    }

    /// <inheritdoc />
    public void Append(long offset, ReadOnlySpan<byte> bytes, int zeros, bool isReadSoon)
    {
        try
        {
            if (!isReadSoon && _direct is not null && _direct.TryAppend(_handle, offset, bytes, zeros))
            {
                return;
            }
        }
        catch (IOException failure)
        {
            throw Translate(failure, $"Writing to {_name}");
        }

        _direct?.Skip();
        IStorageFile.AppendByWrites(this, offset, bytes, zeros);
    }

    /// <inheritdoc />
    public int Read(long offset, Span<byte> bytes)
    {
        try
        {
            var total = 0;
            while (total < bytes.Length)
            {
                var count = RandomAccess.Read(_handle, bytes[total..], offset + total);
                if (count == 0)
                {
                    break;
                }

                total += count;
            }

            return total;
        }
        catch (IOException failure)
        {
            throw Translate(failure, $"Reading {_name}");
        }
    }

    /// <inheritdoc />
    public void Uncache(long offset, long length) => Platform.DropCached(_handle, offset, length);

    /// <inheritdoc />
    public void Sync()
    {
        try
        {
            Platform.SyncData(_handle);
        }
        catch (IOException failure)
        {
            throw new StorageFailedException($"Syncing {_name} failed: {failure.Message}", failure);
        }
    }

    /// <inheritdoc />
    public void SetLength(long length)
    {
        try
        {
            RandomAccess.SetLength(_handle, length);
        }
        catch (IOException failure)
        {
            throw Translate(failure, $"Setting the length of {_name}");
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _direct?.Forget(_handle);
        _handle.Dispose();
    }

    /// <summary>The engine's word for what the file system said.</summary>
    internal static Exception Translate(Exception failure, string what) =>
        failure.HResult is NoSpace or QuotaExceeded or WindowsDiskFull
            ? new StorageFullException($"{what} failed: the disk is full.", failure)
            : new StorageFailedException($"{what} failed: {failure.Message}", failure);
}
