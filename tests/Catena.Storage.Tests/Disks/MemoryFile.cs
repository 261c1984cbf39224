using Catena.Storage.Devices;
using Catena.Storage.Errors;

namespace Catena.Storage.Tests.Disks;

internal sealed class MemoryFile(MemoryDisk disk, MemoryInode inode) : IStorageFile
{
    public long Length => inode.Content.LongLength;

    public void Allocate(long length)
    {
        if (length - Length > disk.FreeBytes)
        {
            throw new StorageFullException("The disk in memory is full.");
        }

        inode.Extend(length);
    }

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        disk.Count(disk.FailWrites);
        inode.Write(offset, bytes);
    }

    public void Append(long offset, ReadOnlySpan<byte> bytes, int zeros, bool isReadSoon)
    {
        disk.IsReadSoon = isReadSoon;
        IStorageFile.AppendByWrites(this, offset, bytes, zeros);
    }

    public int Read(long offset, Span<byte> bytes)
    {
        var count = (int)Math.Clamp(Length - offset, 0, bytes.Length);
        if (inode.BadPlace >= offset && inode.BadPlace < offset + count)
        {
            throw new StorageFailedException("The disk in memory cannot read this place.");
        }

        inode.Content.AsSpan((int)Math.Min(offset, Length), count).CopyTo(bytes);
        return count;
    }

    public void Uncache(long offset, long length)
    {
        Assert.DoesNotContain(inode.Unsynced, write => write.Offset < offset + length && write.Offset + write.Bytes.Length > offset);
        inode.Forgotten.Add((offset, length));
    }

    public void Sync()
    {
        if (disk.FailSync)
        {
            // As Linux does: the pages count as clean, though they never reached the disk.
            inode.Unsynced.Clear();
        }

        disk.Count(disk.FailSync);
        disk.Syncs++;
        inode.Sync();
        if (disk.WhileSyncing is { } meanwhile)
        {
            disk.WhileSyncing = null;
            meanwhile();
        }
    }

    public void SetLength(long length)
    {
        var content = inode.Content;
        Array.Resize(ref content, (int)length);
        inode.Content = content;
        inode.Durable = (byte[])content.Clone();
        inode.Unsynced.Clear();
    }

    public void Dispose()
    {
    }
}
