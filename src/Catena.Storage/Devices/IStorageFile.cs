using Catena.Storage.Errors;

namespace Catena.Storage.Devices;

/// <summary>One open file of an <see cref="IStorageDevice" />.</summary>
/// <remarks>Any thread may read; one thread at a time writes, allocates, cuts or syncs, while others read.</remarks>
/// <exception cref="StorageFailedException">By any member: the disk refused, and what is on it is no longer known.</exception>
public interface IStorageFile : IDisposable
{
    /// <summary>The file's length in bytes.</summary>
    long Length { get; }

    /// <summary>Makes the file at least this long, with zeros, and takes the space now, so that later writes inside it need none.</summary>
    /// <param name="length">The length to reach; a shorter one than the present changes nothing.</param>
    /// <exception cref="StorageFullException">There is no space; what was there before is unharmed.</exception>
    void Allocate(long length);

    /// <summary>Writes all bytes at an offset, extending the file where needed.</summary>
    /// <param name="offset">Where to.</param>
    /// <param name="bytes">What.</param>
    /// <exception cref="StorageFullException">There is no space; a part may have been written.</exception>
    void Write(long offset, ReadOnlySpan<byte> bytes);

    /// <summary>Writes all bytes at an offset behind which nothing in the file counts any more: what it holds there may be zeros afterwards.</summary>
    /// <remarks>For what is synced soon, a file may have a quicker way than <see cref="Write" />.</remarks>
    /// <param name="offset">Where to, inside the file.</param>
    /// <param name="bytes">What.</param>
    /// <param name="zeros">How many zeros follow at least, as far as the file reaches; at most 1024.</param>
    /// <param name="isReadSoon">Whether it should stay in the system's memory, to be read from there.</param>
    /// <exception cref="StorageFullException">There is no space; a part may have been written.</exception>
    void Append(long offset, ReadOnlySpan<byte> bytes, int zeros, bool isReadSoon) => AppendByWrites(this, offset, bytes, zeros);

    /// <summary>Does what <see cref="Append" /> is to do by <see cref="Write" />, for files that know no quicker way, or not always.</summary>
    /// <remarks>Where zeros follow, the last page is written to its end, and whole where its beginning is new: of one that is not, the system would have to read the rest first.</remarks>
    /// <param name="file">The file.</param>
    /// <param name="offset">Where to, inside the file.</param>
    /// <param name="bytes">What.</param>
    /// <param name="zeros">How many zeros follow at least, as far as the file reaches; at most 1024.</param>
    /// <exception cref="StorageFullException">There is no space; a part may have been written.</exception>
    static void AppendByWrites(IStorageFile file, long offset, ReadOnlySpan<byte> bytes, int zeros)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (zeros == 0)
        {
            file.Write(offset, bytes);
            return;
        }

        var lastPage = Math.Max(offset, (offset + bytes.Length) / Platform.PageBytes * Platform.PageBytes);
        var before = (int)(lastPage - offset);
        if (before > 0)
        {
            file.Write(offset, bytes[..before]);
        }

        var rest = bytes[before..];
        Span<byte> last = stackalloc byte[2 * Platform.PageBytes];
        rest.CopyTo(last);
        last[rest.Length..].Clear();
        var end = (lastPage + rest.Length + zeros + Platform.PageBytes - 1) / Platform.PageBytes * Platform.PageBytes;
        file.Write(lastPage, last[..(int)Math.Max(rest.Length, Math.Min(end, file.Length) - lastPage)]);
    }

    /// <summary>Reads from an offset as many bytes as there are, up to the length of <paramref name="bytes" />.</summary>
    /// <param name="offset">Where from.</param>
    /// <param name="bytes">Where to.</param>
    /// <returns>How many were read; fewer than asked for only at the end of the file.</returns>
    int Read(long offset, Span<byte> bytes);

    /// <summary>Lets the system forget what of a range it keeps in memory and is synced, so that what is read next comes from the device; only a hint.</summary>
    /// <param name="offset">Where the range begins.</param>
    /// <param name="length">Its length.</param>
    void Uncache(long offset, long length)
    {
        // Most devices keep nothing.
    }

    /// <summary>Returns once all that was written is durable. After it has thrown, nothing about the file's unsynced part is known.</summary>
    void Sync();

    /// <summary>Cuts or extends the file.</summary>
    /// <param name="length">The new length.</param>
    void SetLength(long length);
}
