namespace Catena.Cli.Backups;

/// <summary>How far a restore has come.</summary>
/// <param name="Backup">The backup's name.</param>
/// <param name="Source">The cluster that it is of.</param>
/// <param name="Target">The cluster that it goes into.</param>
/// <param name="Partition">The partition of the backup that comes next.</param>
/// <param name="Keys">How many of its keys, in the order in which they are read, have been written.</param>
/// <param name="Written">How many keys have been written in all.</param>
internal sealed record RestoreProgress(string Backup, Guid Source, Guid Target, int Partition, long Keys, long Written);
