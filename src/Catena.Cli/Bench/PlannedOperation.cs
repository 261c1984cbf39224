namespace Catena.Cli.Bench;

/// <summary>An operation that a worker is about to send or has sent.</summary>
/// <param name="IsRead">Whether it reads; else it writes.</param>
/// <param name="Key">The key's number.</param>
/// <param name="Value">The number in the value that is written.</param>
internal readonly record struct PlannedOperation(bool IsRead, int Key, long Value);
