using Catena.Protocols.Resp;
using Catena.Protocols.Resp.Commands;

namespace Catena.Server.Listeners.Redis.Transactions;

/// <summary>A request that waits for EXEC.</summary>
/// <param name="Command">Its command.</param>
/// <param name="Kept">The request.</param>
internal sealed record QueuedRequest(RedisCommand Command, RespKeptRequest Kept);
