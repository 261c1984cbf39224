namespace Catena.Protocols.Table;

/// <summary>What a table service tells of itself.</summary>
/// <param name="Operations">How many requests it has answered.</param>
/// <param name="Clients">How many clients are connected.</param>
/// <param name="Microseconds">How long it has worked on requests.</param>
public readonly record struct TableStats(long Operations, long Clients, long Microseconds);
