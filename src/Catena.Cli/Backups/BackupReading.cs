using Catena.Cli.Backups.Archive;
using Catena.Cli.CommandLine;

namespace Catena.Cli.Backups;

/// <summary>Opens backup directories to be read only.</summary>
internal static class BackupReading
{
    /// <summary>Opens a directory.</summary>
    /// <param name="path">The directory.</param>
    /// <exception cref="CommandException">There is none.</exception>
    public static BackupDirectory Open(string path) => Directory.Exists(path)
        ? new BackupDirectory(new ReadOnlyDevice(path), new ReadOnlyDevice(Path.Combine(path, "pool")))
        : throw new CommandException(ExitCode.Usage, $"there is no directory {path}");
}
