using System.Net;
using Catena.ZooKeeper.Jute;
using Catena.ZooKeeper.Protocol;
using Catena.ZooKeeper.Transport;
using Catena.ZooKeeper.Tree;

namespace Catena.ZooKeeper.Server;

/// <summary>A connection as the engine sees it: whose session it carries, and what is to be sent once the disk has it.</summary>
/// <remarks>Belongs to the engine's thread, except <see cref="Outgoing" /> and <see cref="Ended" />.</remarks>
/// <param name="id">The connection's number, which is also the name of its watches' owner; not 0.</param>
/// <param name="remote">Where it comes from; this machine where it is not known.</param>
internal sealed class ServerLink(long id, IPEndPoint? remote = null) : IDisposable
{
    private readonly CancellationTokenSource _ended = new();
    private readonly List<Identity> _identities = [AccessControl.Of(remote?.Address ?? IPAddress.Loopback)];

    /// <summary>The connection's number.</summary>
    public long Id => id;

    /// <summary>Where it comes from.</summary>
    public IPEndPoint Remote { get; } = remote ?? new IPEndPoint(IPAddress.Loopback, 0);

    /// <summary>Under which names it acts.</summary>
    public IReadOnlyCollection<Identity> Identities => _identities;

    /// <summary>What it received and sent.</summary>
    public Traffic Traffic { get; } = new();

    /// <summary>Requests whose answers have not been released.</summary>
    public int Unanswered { get; set; }

    /// <summary>The header of the last request.</summary>
    public RequestHeader LastRequest { get; set; }

    /// <summary>When answers were last released, by the engine's clock.</summary>
    public long AnsweredAt { get; set; }

    /// <summary>When its session was established, in milliseconds since 1970.</summary>
    public long EstablishedAt { get; set; }

    /// <summary>The session it carries; 0 before the handshake.</summary>
    public long SessionId { get; set; }

    /// <summary>That session's timeout.</summary>
    public int TimeoutMilliseconds { get; set; }

    /// <summary>When it was opened, by the engine's clock.</summary>
    public long OpenedAt { get; set; }

    /// <summary>Replies and events that wait for the log to be flushed.</summary>
    public JuteWriter Staged { get; } = new();

    /// <summary>What is being sent.</summary>
    public OutgoingBytes Outgoing { get; } = new();

    /// <summary>Why it is to be closed; null while it is not.</summary>
    public string? Fault { get; private set; }

    /// <summary>Set when the connection is to end without waiting for what is unsent.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>Closes the connection after what is staged; requests that come later are not looked at.</summary>
    /// <param name="reason">Why.</param>
    public void Close(string reason) => Fault ??= reason;

    /// <summary>Closes the connection without sending anything more.</summary>
    /// <param name="reason">Why.</param>
    public void Abort(string reason)
    {
        Close(reason);
        Staged.Clear();
        _ = _ended.CancelAsync();
    }

    /// <summary>Lets the connection act under another name, too.</summary>
    /// <param name="identity">The name.</param>
    public void ActAs(Identity identity)
    {
        if (!_identities.Contains(identity))
        {
            _identities.Add(identity);
        }
    }

    /// <summary>Begins a reply.</summary>
    /// <param name="xid">The request's number.</param>
    /// <param name="zxid">The newest transaction.</param>
    /// <param name="error">What came of the request.</param>
    /// <returns>The reply's place, for <see cref="EndReply" />.</returns>
    public int BeginReply(int xid, long zxid, ErrorCode error)
    {
        var start = Staged.BeginFrame();
        new ReplyHeader(xid, zxid, error).Write(Staged);
        return start;
    }

    /// <summary>Ends a reply.</summary>
    /// <param name="start">What <see cref="BeginReply" /> gave.</param>
    public void EndReply(int start)
    {
        Staged.EndFrame(start);
        Traffic.Sent++;
    }

    /// <summary>Stages a reply without a body.</summary>
    /// <param name="xid">The request's number.</param>
    /// <param name="zxid">The newest transaction.</param>
    /// <param name="error">What came of the request.</param>
    public void Reply(int xid, long zxid, ErrorCode error) => EndReply(BeginReply(xid, zxid, error));

    /// <summary>Stages a watch event.</summary>
    /// <param name="happened">The event.</param>
    public void Tell(WatchedEvent happened)
    {
        var start = BeginReply(SpecialXid.WatchEvent, -1, ErrorCode.Ok);
        happened.Write(Staged);
        EndReply(start);
    }

    /// <summary>Sends what is staged; the log has been flushed.</summary>
    public void Release()
    {
        if (Staged.Length > 0)
        {
            Outgoing.Append(Staged.Written);
            Staged.Clear();
        }

        if (Fault is not null)
        {
            Outgoing.Complete();
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _ended.Dispose();
        Outgoing.Dispose();
    }
}
