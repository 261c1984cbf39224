using Catena.Protocols.Resp;

namespace Catena.Server.Listeners.Redis;

/// <summary>Answers one request, or starts what answers it.</summary>
/// <param name="connection">Where it came from.</param>
/// <param name="request">The request; it has the number of arguments that the command takes.</param>
internal delegate void RedisHandler(RedisConnection connection, RespRequest request);
