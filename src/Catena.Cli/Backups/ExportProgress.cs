namespace Catena.Cli.Backups;

/// <summary>How far an export has come.</summary>
/// <param name="Cluster">The cluster.</param>
/// <param name="Partition">The partition that comes next.</param>
/// <param name="From">The stored key to go on from in it, in Base64; empty for its beginning.</param>
/// <param name="Offset">How long the file is up to there.</param>
/// <param name="Keys">How many keys it holds up to there.</param>
internal sealed record ExportProgress(Guid Cluster, int Partition, string From, long Offset, long Keys);
