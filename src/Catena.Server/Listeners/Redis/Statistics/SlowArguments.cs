using Catena.Protocols.Resp;
using Catena.Protocols.Resp.Commands;

namespace Catena.Server.Listeners.Redis.Statistics;

/// <summary>What of a request is kept in the log of slow commands.</summary>
internal static class SlowArguments
{
    /// <summary>The request's arguments: not too many, none too long, and none that may be a password.</summary>
    /// <param name="command">The command.</param>
    /// <param name="request">The request.</param>
    public static List<byte[]> Of(RedisCommand command, RespRequest request)
    {
        var arguments = new List<byte[]>();
        var isCut = request.Count > SlowLog.MostArguments;
        var kept = isCut ? SlowLog.MostArguments - 1 : request.Count;
        var secretsFrom = command.Id switch
        {
            RedisCommandId.Auth => 1,
            RedisCommandId.Hello or RedisCommandId.Acl => 2,
            RedisCommandId.Config => 3,
            _ => int.MaxValue,
        };
        for (var i = 0; i < kept; i++)
        {
            arguments.Add(i < secretsFrom ? SlowLog.Cut(request[i]) : "(redacted)"u8.ToArray());
        }

        if (isCut)
        {
            arguments.Add(SlowLog.More(request.Count - kept));
        }

        return arguments;
    }
}
