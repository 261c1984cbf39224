using Catena.Storage.Errors;
using Microsoft.Win32.SafeHandles;

namespace Catena.Storage.Devices;

/// <summary>A directory of the operating system's file system, held exclusively by this process.</summary>
public sealed class FileSystemDevice : IStorageDevice, IDisposable
{
    private const string LockName = "lock";

    private readonly string _path;
    private readonly SafeFileHandle _lock;
    private readonly DirectWriter _direct = new();

    /// <summary>Takes hold of a directory, creating it where it does not exist.</summary>
    /// <param name="path">The directory.</param>
    /// <exception cref="StorageFailedException">Another process holds the directory, or it cannot be created.</exception>
    public FileSystemDevice(string path)
    {
        _path = Path.GetFullPath(path);
        try
        {
            var isNew = !Directory.Exists(_path);
            Directory.CreateDirectory(_path);
            if (isNew && Path.GetDirectoryName(_path) is { } parent)
            {
                Platform.SyncDirectory(parent);
            }

            _lock = File.OpenHandle(Path.Combine(_path, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StorageFailedException($"The data directory {_path} cannot be held: {failure.Message}", failure);
        }
    }

    /// <summary>
    /// Whether most of what is appended is synced at once. Files that are made longer are filled with zeros then, which makes each sync half as dear, and appends go past the system's page cache, where
    /// the file system has that (O_DIRECT); without such syncs both are work for nothing. True by default.
    /// </summary>
    public bool SyncsAppends { get; init; } = true;

    /// <inheritdoc />
    public long FreeBytes => new DriveInfo(_path).AvailableFreeSpace;

    /// <summary>The size of the file system that holds the directory.</summary>
    public long TotalBytes => new DriveInfo(_path).TotalSize;

    /// <inheritdoc />
    public IReadOnlyList<string> List() =>
        [.. Directory.EnumerateFiles(_path).Select(path => Path.GetFileName(path)).Where(name => name != LockName)];

    /// <inheritdoc />
    public bool Exists(string name) => File.Exists(PathOf(name));

    /// <inheritdoc />
    public IStorageFile Open(string name, bool create)
    {
        try
        {
            return new FileSystemFile(PathOf(name), create, SyncsAppends ? _direct : null);
        }
        catch (Exception failure) when (failure is (IOException or UnauthorizedAccessException) and not FileNotFoundException)
        {
            throw FileSystemFile.Translate(failure, $"Opening {name}");
        }
    }

    /// <inheritdoc />
    public void Delete(string name)
    {
        try
        {
            File.Delete(PathOf(name));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw FileSystemFile.Translate(failure, $"Deleting {name}");
        }
    }

    /// <inheritdoc />
    public void Rename(string from, string to)
    {
        try
        {
            File.Move(PathOf(from), PathOf(to), overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw FileSystemFile.Translate(failure, $"Renaming {from} to {to}");
        }
    }

    /// <inheritdoc />
    public void SyncDirectory()
    {
        try
        {
            Platform.SyncDirectory(_path);
        }
        catch (IOException failure)
        {
            throw FileSystemFile.Translate(failure, "Syncing the data directory");
        }
    }

    /// <summary>Lets go of the directory.</summary>
    public void Dispose()
    {
        _direct.Dispose();
        _lock.Dispose();
    }

    private string PathOf(string name)
    {
        if (name.Length == 0 || name.AsSpan().ContainsAny('/', '\\') || name is "." or "..")
        {
            throw new ArgumentException($"\"{name}\" is no plain file name.", nameof(name));
        }

        return Path.Combine(_path, name);
    }
}
