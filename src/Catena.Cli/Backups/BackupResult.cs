using Catena.Cli.Backups.Archive;

namespace Catena.Cli.Backups;

/// <summary>A backup that was taken.</summary>
/// <param name="Name">The name of its document.</param>
/// <param name="Manifest">The document.</param>
/// <param name="Shared">How many partitions went on from files of earlier rounds.</param>
/// <param name="Copied">How many bytes were copied from the cluster.</param>
/// <param name="Elapsed">How long it took.</param>
internal sealed record BackupResult(string Name, BackupManifest Manifest, int Shared, long Copied, TimeSpan Elapsed);
