using Catena.Storage.Devices;

namespace Catena.Cli.Backups.Archive;

/// <summary>A directory that is only read, and neither held nor created: a backup may be read while another is taken, or lie on a medium that cannot be written.</summary>
/// <param name="path">The directory.</param>
internal sealed class ReadOnlyDevice(string path) : IStorageDevice
{
    /// <inheritdoc />
    public long FreeBytes => 0;

    /// <inheritdoc />
    public IReadOnlyList<string> List() => Directory.Exists(path) ? [.. Directory.EnumerateFiles(path).Select(file => Path.GetFileName(file))] : [];

    /// <inheritdoc />
    public bool Exists(string name) => File.Exists(Path.Combine(path, name));

    /// <inheritdoc />
    public IStorageFile Open(string name, bool create) => create ? throw new NotSupportedException() : new ReadOnlyFile(Path.Combine(path, name));

    /// <inheritdoc />
    public void Delete(string name) => throw new NotSupportedException();

    /// <inheritdoc />
    public void Rename(string from, string to) => throw new NotSupportedException();

    /// <inheritdoc />
    public void SyncDirectory() => throw new NotSupportedException();
}
