using Catena.Storage.Errors;

namespace Catena.Storage.Devices;

/// <summary>One directory of files: all that the storage engine asks of a disk.</summary>
/// <remarks>
/// Real disks and the simulator's stand behind it, so its promises are the weak ones that disks keep: what was written to a file is
/// there after a crash only once that file's <see cref="IStorageFile.Sync" /> has returned, in any part and any order before; what was created, deleted or
/// renamed is there only once <see cref="SyncDirectory" /> has returned. Names have no separators. Any thread may call.
/// </remarks>
/// <exception cref="StorageFailedException">By any member: the disk refused, and what is on it is no longer known.</exception>
public interface IStorageDevice
{
    /// <summary>The bytes that may still be allocated.</summary>
    long FreeBytes { get; }

    /// <summary>The names of all files, in no order.</summary>
    IReadOnlyList<string> List();

    /// <summary>Whether there is a file of this name.</summary>
    /// <param name="name">The file's name.</param>
    bool Exists(string name);

    /// <summary>Opens a file for reading and writing.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="create">Create it, empty, where it does not exist.</param>
    /// <exception cref="FileNotFoundException">There is no such file, and it was not to be created.</exception>
    /// <exception cref="StorageFullException">There is no space for another file.</exception>
    IStorageFile Open(string name, bool create);

    /// <summary>Deletes a file; nothing happens where there is none.</summary>
    /// <param name="name">The file's name.</param>
    void Delete(string name);

    /// <summary>Gives a file another name at once, replacing the file that has it.</summary>
    /// <param name="from">The present name.</param>
    /// <param name="to">The new name.</param>
    void Rename(string from, string to);

    /// <summary>Makes creations, deletions and renames durable.</summary>
    void SyncDirectory();
}
