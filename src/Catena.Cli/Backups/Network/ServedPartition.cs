namespace Catena.Cli.Backups.Network;

/// <summary>A partition as its first member sees it.</summary>
/// <param name="Number">The partition.</param>
/// <param name="Epoch">Its epoch.</param>
/// <param name="Keys">How many keys it has.</param>
/// <param name="Mode">How it replicates.</param>
internal readonly record struct ServedPartition(int Number, ulong Epoch, long Keys, string Mode);
