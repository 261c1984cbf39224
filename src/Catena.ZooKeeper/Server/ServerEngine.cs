using System.Buffers;
using System.Security.Cryptography;
using Catena.ZooKeeper.Jute;
using Catena.ZooKeeper.Protocol;
using Catena.ZooKeeper.Server.Storage;
using Catena.ZooKeeper.Transport;
using Catena.ZooKeeper.Tree;

namespace Catena.ZooKeeper.Server;

/// <summary>
/// The embedded server without sockets and threads: connections' bytes in, bytes to send out, sessions that expire by its clock.
/// </summary>
/// <remarks>
/// <para>
/// Whoever drives it hands in a batch of what has come, then calls <see cref="Finish" />, which makes every transaction of the batch
/// durable with one flush and only then releases the batch's replies and events, those of reads included: a read may have seen what was
/// not yet durable.
/// </para>
/// <para>
/// Its clock goes forward by two ticks at most for each tick. So a server that was stopped or starved for a while does not take its own
/// silence for that of its clients. Not thread-safe.
/// </para>
/// </remarks>
internal sealed class ServerEngine
{
    private readonly TransactionStore _store;
    private readonly EmbeddedZooKeeperServerOptions _options;
    private readonly TransactionRunner _runner;
    private readonly RequestHandler _requests;
    private readonly FourLetterWords _words;
    private readonly SessionClock _sessions;
    private readonly Dictionary<long, ServerLink> _links = [];
    private readonly Dictionary<long, ServerLink> _bySession = [];
    private readonly HashSet<ServerLink> _touched = [];
    private readonly long _tick;
    private long _now;
    private long _nextContainerCheck;
    private long _batchBegan;

    /// <summary>An engine over a store; every session in it gets its full timeout from now.</summary>
    /// <param name="store">Log and tree.</param>
    /// <param name="options">The server's options.</param>
    public ServerEngine(TransactionStore store, EmbeddedZooKeeperServerOptions options)
    {
        _store = store;
        _options = options;
        _tick = Math.Max(1, (long)options.TickTime.TotalMilliseconds);
        _sessions = new SessionClock(_tick);
        _runner = new TransactionRunner(store, options.TimeProvider, Tell);
        _requests = new RequestHandler(store.Tree, _runner);
        _words = new FourLetterWords(store.Tree, options, _links.Values);
        foreach (var session in store.Tree.Sessions)
        {
            _sessions.Touch(session.Id, session.TimeoutMilliseconds, _now);
        }
    }

    private ZnodeTree Tree => _store.Tree;

    /// <summary>Takes note of a new connection.</summary>
    /// <param name="link">The connection.</param>
    public void Open(ServerLink link)
    {
        link.OpenedAt = _now;
        _links.Add(link.Id, link);
    }

    /// <summary>Takes note that a connection is gone; its session lives on until it expires.</summary>
    /// <param name="link">The connection.</param>
    public void Gone(ServerLink link)
    {
        _links.Remove(link.Id);
        _touched.Remove(link);
        Tree.Watches.RemoveAll(link.Id);
        if (_bySession.GetValueOrDefault(link.SessionId) == link)
        {
            _bySession.Remove(link.SessionId);
        }

        _words.Forget(link);
        link.Dispose();
    }

    /// <summary>Carries out the whole frames at the start of what a connection received.</summary>
    /// <param name="link">The connection.</param>
    /// <param name="received">What it received; not used after the call.</param>
    /// <returns>
    /// Where the first frame begins that was not looked at, and whether it is a whole one that must wait until replies are sent.
    /// </returns>
    public (SequencePosition Consumed, bool MustWait) Receive(ServerLink link, ReadOnlySequence<byte> received)
    {
        _batchBegan = _batchBegan == 0 ? _options.TimeProvider.GetTimestamp() : _batchBegan;
        _touched.Add(link);
        while (link.Fault is null)
        {
            if (link.Staged.Length > _options.MaxFrameBytes)
            {
                return (received.Start, true);
            }

            switch (FrameSplitter.TryTake(ref received, _options.MaxFrameBytes, out var payload))
            {
                case FrameStatus.Complete:
                    using (var frame = new ContiguousFrame(payload))
                    {
                        Receive(link, frame.Bytes);
                    }

                    break;
                case FrameStatus.Impossible:
                    if (link.SessionId != 0 || !AnswerFourLetters(link, received))
                    {
                        link.Close("a frame has an impossible length");
                    }

                    break;
                default:
                    return (received.Start, false);
            }
        }

        return (received.End, false);
    }

    /// <summary>Lets time pass: sessions expire, silent connections are closed, empty containers go.</summary>
    /// <param name="elapsedMilliseconds">The time since the last call.</param>
    public void Tick(long elapsedMilliseconds)
    {
        _now += Math.Clamp(elapsedMilliseconds, 0, 2 * _tick);
        foreach (var sessionId in _sessions.Expired(_now))
        {
            if (_runner.Run(new CloseSession(sessionId)).Error == ErrorCode.Ok)
            {
                ServerLog.SessionExpired(_options.Logger, sessionId);
                EndSession(sessionId, "the session has expired");
            }
        }

        foreach (var link in _links.Values)
        {
            if (link.SessionId == 0 && _now - link.OpenedAt > _options.HandshakeTimeout.TotalMilliseconds)
            {
                link.Abort("no handshake came");
                _touched.Add(link);
            }
        }

        if (_now >= _nextContainerCheck)
        {
            _nextContainerCheck = _now + (long)_options.ContainerCheckInterval.TotalMilliseconds;
            foreach (var path in Tree.EmptyContainers())
            {
                _runner.Run(new Update(0, [new DeleteContainerOp(path)]));
            }
        }
    }

    /// <summary>Makes the batch durable, then sends its replies and events.</summary>
    /// <exception cref="IOException">The log could not be written; nothing of the batch was told to anyone.</exception>
    public void Finish()
    {
        _store.Commit();
        var took = _batchBegan == 0 ? 0 : (long)_options.TimeProvider.GetElapsedTime(_batchBegan).TotalMilliseconds;
        _batchBegan = 0;
        foreach (var link in _touched)
        {
            link.Traffic.Answered(link.Unanswered, took);
            _words.Totals.Answered(link.Unanswered, took);
            (link.Unanswered, link.AnsweredAt) = (0, _now);
            if (link.Fault is null && link.Staged.Length + link.Outgoing.Unsent > _options.MaxOutgoingBytes)
            {
                link.Abort("the client does not read what it is sent");
            }

            if (link.Fault is { } fault)
            {
                ServerLog.LinkClosed(_options.Logger, link.Id, fault);
                Tree.Watches.RemoveAll(link.Id);
            }

            link.Release();
        }

        _touched.Clear();
    }

    private void Receive(ServerLink link, ReadOnlySpan<byte> frame)
    {
        var reader = new JuteReader(frame);
        link.Unanswered++;
        link.Traffic.Received++;
        if (link.SessionId == 0)
        {
            Greet(link, ref reader);
            return;
        }

        var header = RequestHeader.Read(ref reader);
        if (!reader.IsValid)
        {
            link.Close("a frame is too short for a request");
            return;
        }

        link.LastRequest = header;
        var sessionId = link.SessionId;
        _sessions.Touch(sessionId, link.TimeoutMilliseconds, _now);
        _requests.Handle(link, header, ref reader);
        if (header.Type == OpCode.CloseSession && Tree.FindSession(sessionId) is null)
        {
            EndSession(sessionId, "the session was closed");
        }
    }

    private void Greet(ServerLink link, ref JuteReader reader)
    {
        var request = ConnectRequest.Read(ref reader);
        if (!reader.IsValid)
        {
            link.Close("the first frame is no handshake");
            return;
        }

        if (request.LastZxidSeen > Tree.LastZxid)
        {
            link.Close("the client has seen transactions that this server has not");
            return;
        }

        var session = request.SessionId == 0 ? NewSession(request) : OldSession(request);
        if (session is null)
        {
            if (request.SessionId != 0)
            {
                Respond(link, new ConnectResponse(0, 0, new byte[ConnectRequest.PasswordLength], request.ReadOnly is null ? null : false));
            }

            link.Close(
                request.SessionId == 0 ? "there is no room for another session" : "the session has expired or the password is wrong");
            return;
        }

        if (request.SessionId != 0)
        {
            ServerLog.SessionResumed(_options.Logger, session.Id, link.Id);
        }

        if (_bySession.Remove(session.Id, out var before))
        {
            before.Close("the session has moved to another connection");
            _touched.Add(before);
        }

        link.SessionId = session.Id;
        link.EstablishedAt = _options.TimeProvider.GetUtcNow().ToUnixTimeMilliseconds();
        link.TimeoutMilliseconds = session.TimeoutMilliseconds;
        _bySession.Add(session.Id, link);
        _sessions.Touch(session.Id, session.TimeoutMilliseconds, _now);
        Respond(
            link,
            new ConnectResponse(session.TimeoutMilliseconds, session.Id, session.Password, request.ReadOnly is null ? null : false));
    }

    private ZnodeSession? NewSession(ConnectRequest request)
    {
        var shortest = (long)(_options.MinSessionTimeout ?? _options.TickTime * 2).TotalMilliseconds;
        var longest = (long)(_options.MaxSessionTimeout ?? _options.TickTime * 20).TotalMilliseconds;
        var timeout = (int)Math.Min(Math.Max(request.TimeoutMilliseconds, shortest), longest);
        long id;
        do
        {
            id = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long))) & long.MaxValue;
        }
        while (id == 0 || Tree.FindSession(id) is not null);

        var password = RandomNumberGenerator.GetBytes(ConnectRequest.PasswordLength);
        if (_runner.Run(new OpenSession(id, timeout, password)).Error != ErrorCode.Ok)
        {
            return null;
        }

        ServerLog.SessionOpened(_options.Logger, id, timeout);
        return Tree.FindSession(id);
    }

    private ZnodeSession? OldSession(ConnectRequest request)
    {
        if (Tree.FindSession(request.SessionId) is not { } session
            || !CryptographicOperations.FixedTimeEquals(session.Password.Span, request.Password.Span))
        {
            return null;
        }

        return session;
    }

    private void EndSession(long sessionId, string reason)
    {
        _sessions.Forget(sessionId);
        if (_bySession.Remove(sessionId, out var link))
        {
            link.Close(reason);
            _touched.Add(link);
        }
    }

    private void Tell(WatchNotification notification)
    {
        if (_links.TryGetValue(notification.Watcher, out var link) && link.Fault is null)
        {
            link.Tell(notification.Event);
            _touched.Add(link);
        }
    }

    private static void Respond(ServerLink link, ConnectResponse response)
    {
        var start = link.Staged.BeginFrame();
        response.Write(link.Staged);
        link.EndReply(start);
    }

    private bool AnswerFourLetters(ServerLink link, ReadOnlySequence<byte> received)
    {
        Span<byte> word = stackalloc byte[FourLetterWords.Length];
        received.Slice(0, FourLetterWords.Length).CopyTo(word);
        if (!_words.TryAnswer(word, link))
        {
            return false;
        }

        link.Close("a four-letter word was answered");
        return true;
    }
}
