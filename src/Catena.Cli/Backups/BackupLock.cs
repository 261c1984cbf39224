using Catena.Cli.CommandLine;
using Catena.Storage.Devices;
using Catena.Storage.Errors;

namespace Catena.Cli.Backups;

/// <summary>Takes hold of a backup directory, so that one process at a time writes in it.</summary>
internal static class BackupLock
{
    /// <summary>Takes hold; what is returned lets go when it is disposed, or the process ends.</summary>
    /// <param name="path">The directory; created where it does not exist.</param>
    /// <exception cref="CommandException">Another process has it, or it cannot be created.</exception>
    public static FileSystemDevice Take(string path)
    {
        try
        {
            return new FileSystemDevice(path);
        }
        catch (StorageFailedException refused)
        {
            throw new CommandException(ExitCode.Usage, $"{path} cannot be used: is another backup running in it? {refused.Message}", refused);
        }
    }
}
