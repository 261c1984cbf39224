using Catena.Protocols.Resp;
using Catena.Protocols.Resp.Commands;

namespace Catena.Server.Listeners.Redis;

/// <summary>Commands that are known, and refused with the reason.</summary>
internal static class RefusedCommands
{
    /// <summary>Names the handlers.</summary>
    public static void AddTo(RedisHandlers handlers)
    {
        handlers.Add(RedisCommandId.Debug, CommandClass.Immediate, static (connection, _) =>
            connection.ReplyError(RespErrors.DebugNotAllowed));
        handlers.Add(RedisCommandId.Monitor, CommandClass.Immediate, static (connection, _) =>
            connection.ReplyError("ERR MONITOR is not supported: no client is shown what others send; see SLOWLOG, INFO commandstats and /metrics"u8));
        handlers.Add(RedisCommandId.ReplicaOf, CommandClass.Immediate, static (connection, _) =>
            connection.ReplyError("ERR REPLICAOF is not supported: each partition is replicated by the cluster itself"u8));
        handlers.Add(RedisCommandId.SlaveOf, CommandClass.Immediate, static (connection, _) =>
            connection.ReplyError("ERR SLAVEOF is not supported: each partition is replicated by the cluster itself"u8));
        handlers.Add(RedisCommandId.Shutdown, CommandClass.Immediate, static (connection, _) =>
            connection.ReplyError("ERR SHUTDOWN is not supported: a node is stopped by a signal to its process (SIGTERM)"u8));
    }
}
