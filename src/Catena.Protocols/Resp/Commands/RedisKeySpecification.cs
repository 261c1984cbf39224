namespace Catena.Protocols.Resp.Commands;

/// <summary>Which arguments are keys, and what the command does to them, as COMMAND INFO tells it.</summary>
/// <param name="First">The index of the first key.</param>
/// <param name="Last">The last key counted from the first; a negative number counts from the end of the arguments.</param>
/// <param name="Step">From one key to the next.</param>
/// <param name="Access">What is done to them, in Redis's words.</param>
/// <param name="Note">What a person should know; null for nothing.</param>
internal sealed record RedisKeySpecification(int First, int Last, int Step, string[] Access, string? Note = null);
