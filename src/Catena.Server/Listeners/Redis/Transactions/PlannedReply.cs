using Catena.Protocols.Resp.Commands;
using Catena.Server.Listeners.Redis.Forms;

namespace Catena.Server.Listeners.Redis.Transactions;

/// <summary>Where the reply to one request of a transaction comes from: it is known, or made of the next result, or the request is answered once the others are carried out.</summary>
internal sealed record PlannedReply
{
    /// <summary>The command.</summary>
    public required RedisCommandId Command { get; init; }

    /// <summary>The reply, where it is known before anything is carried out.</summary>
    public byte[]? Known { get; init; }

    /// <summary>The request, where it is answered only then.</summary>
    public QueuedRequest? Later { get; init; }

    /// <summary>What the reply makes of the result.</summary>
    public ReplyShape Shape { get; init; }

    /// <summary>Makes the reply of the result, where the shape cannot.</summary>
    public IReplyForm? Form { get; init; }
}
