using Catena.Storage.Devices;
using Microsoft.Win32.SafeHandles;

namespace Catena.Cli.Backups.Archive;

/// <summary>A file of a <see cref="ReadOnlyDevice" />.</summary>
/// <param name="path">The file.</param>
internal sealed class ReadOnlyFile(string path) : IStorageFile
{
    private readonly SafeFileHandle _handle = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);

    /// <inheritdoc />
    public long Length => RandomAccess.GetLength(_handle);

    /// <inheritdoc />
    public int Read(long offset, Span<byte> bytes)
    {
        var total = 0;
        for (int count; total < bytes.Length && (count = RandomAccess.Read(_handle, bytes[total..], offset + total)) > 0;)
        {
            total += count;
        }

        return total;
    }

    /// <inheritdoc />
    public void Allocate(long length) => throw new NotSupportedException();

    /// <inheritdoc />
    public void Write(long offset, ReadOnlySpan<byte> bytes) => throw new NotSupportedException();

    /// <inheritdoc />
    public void Sync() => throw new NotSupportedException();

    /// <inheritdoc />
    public void SetLength(long length) => throw new NotSupportedException();

    /// <inheritdoc />
    public void Dispose() => _handle.Dispose();
}
