namespace Catena.Cli.Backups;

/// <summary>How far an import has come.</summary>
/// <param name="Cluster">The cluster.</param>
/// <param name="Offset">Where in the file the next line begins.</param>
/// <param name="Lines">How many lines precede it.</param>
/// <param name="Keys">How many keys have been written.</param>
/// <param name="Bad">How many bad lines have been left out.</param>
internal sealed record ImportProgress(Guid Cluster, long Offset, long Lines, long Keys, long Bad);
