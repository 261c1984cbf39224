namespace Catena.Core.Replication.Leases;

/// <summary>The sender shuts down in order: it answers no more reads by any lease of this life, up to this round and after it.</summary>
/// <param name="Incarnation">The sender's life.</param>
/// <param name="Round">The number of its last beacon.</param>
public sealed record LeaseReturn(ulong Incarnation, ulong Round);
