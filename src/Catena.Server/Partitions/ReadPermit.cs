namespace Catena.Server.Partitions;

/// <summary>What was so when reads past a partition's lock began, and must be so when they have ended for them to count.</summary>
/// <param name="Until">When the leases run out.</param>
/// <param name="Copy">Which copy of the state was read.</param>
internal readonly record struct ReadPermit(long Until, int Copy);
