using Catena.ZooKeeper.Jute;
using Catena.ZooKeeper.Protocol;
using Catena.ZooKeeper.Tree;

namespace Catena.ZooKeeper.Client;

/// <summary>A client of Apache ZooKeeper, or of anything that speaks its wire protocol, with one session for its whole life.</summary>
/// <remarks>
/// <para>
/// The client looks for a server by itself, again and again, and goes on with its session on the next one. While it is
/// <see cref="SessionState.Disconnected" />, requests fail at once with <see cref="ErrorCode.ConnectionLoss" />; those under way when a
/// connection breaks fail so too, with <see cref="ZooKeeperException.OutcomeUnknown" /> where they had been sent. None is ever sent
/// twice.
/// </para>
/// <para>
/// Once the session has <see cref="SessionState.Expired" /> the client is of no more use; whoever wants to go on makes a new one. So an
/// ephemeral znode belongs to the session that the client had when it was asked for, or is not created at all.
/// </para>
/// <para>
/// Callbacks of watches and of <see cref="StateChanged" /> run one after the other, in the order in which things happened. A callback
/// may wait for replies; it only holds up other callbacks. A watch's callback is queued before the reply of any read that shows the
/// change is given out, but need not have run by then. Ordinary watches survive a change of server, and what happened meanwhile is told
/// as far as it still shows. Persistent watches survive too, but nothing that happened meanwhile is told: read again after every
/// reconnect.
/// </para>
/// <para>
/// Thread-safe. A cancellation token ends the wait for a reply; the request may be carried out all the same. Paths are relative to the
/// connect string's chroot, and a malformed one is an <see cref="ArgumentException" /> before anything is sent.
/// </para>
/// </remarks>
public sealed partial class ZooKeeperClient : IAsyncDisposable
{
    private readonly ClientSession _session;
    private readonly string _chroot;

    private ZooKeeperClient(ZooKeeperClientOptions options, ConnectString connectString)
    {
        _chroot = connectString.Chroot;
        _session = new ClientSession(options, connectString);
    }

    private ZooKeeperClient(ClientSession session) => (_session, _chroot) = (session, string.Empty);

    /// <summary>Hears of every change of <see cref="State" />, in order with the events of watches.</summary>
    public event Action<SessionState>? StateChanged
    {
        add => _session.StateChanged += value;
        remove => _session.StateChanged -= value;
    }

    /// <summary>How the client stands to its session; changes at any time.</summary>
    public SessionState State => _session.State;

    /// <summary>The server that the client is connected to, which changes at any time; null while there is none.</summary>
    public ServerAddress? Server => _session.Server;

    /// <summary>The session's id, which stays the same for the client's whole life.</summary>
    public long SessionId => _session.SessionId;

    /// <summary>How long the session lives without contact, as the server has it.</summary>
    public TimeSpan SessionTimeout => _session.Timeout;

    /// <summary>The newest transaction that a reply has named.</summary>
    public long LastZxid => _session.LastZxid;

    /// <summary>Finds a server and starts a session.</summary>
    /// <param name="options">How the client is to behave.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A client that is connected.</returns>
    /// <exception cref="FormatException">The connect string is malformed.</exception>
    /// <exception cref="ZooKeeperException">
    /// No server gave a session within <see cref="ZooKeeperClientOptions.ConnectTimeout" />, or the chroot could not be created.
    /// </exception>
    public static async Task<ZooKeeperClient> ConnectAsync(ZooKeeperClientOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var client = new ZooKeeperClient(options, ConnectString.Parse(options.ConnectString));
        using var deadline = new CancellationTokenSource(options.ConnectTimeout, options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            await client._session.WaitForConnectedAsync(either.Token).ConfigureAwait(false);
            if (options.CreatesChroot)
            {
                await client.CreateChrootAsync(either.Token).ConfigureAwait(false);
            }

            return client;
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            await client.CloseAsync().ConfigureAwait(false);
            throw new ZooKeeperException(
                ErrorCode.ConnectionLoss,
                null,
                $"no ZooKeeper server of '{options.ConnectString}' answered within {options.ConnectTimeout}",
                outcomeUnknown: false,
                e);
        }
        catch
        {
            await client.CloseAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Waits until the client is connected.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ZooKeeperException">The session has expired.</exception>
    /// <exception cref="ObjectDisposedException">The client was closed.</exception>
    public Task WaitForConnectedAsync(CancellationToken cancellationToken = default) => _session.WaitForConnectedAsync(cancellationToken);

    /// <summary>Creates a znode that everyone may do everything with.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="data">Its data.</param>
    /// <param name="mode">What kind of znode it becomes.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Its path, with the number that a sequential mode adds, and its stat.</returns>
    /// <exception cref="ZooKeeperException">It was refused or the outcome is open.</exception>
    public Task<(string Path, Stat Stat)> CreateAsync(
        string path, ReadOnlyMemory<byte> data, CreateMode mode = CreateMode.Persistent, CancellationToken cancellationToken = default) =>
        CreateAsync(new CreateOp(path, data, mode), cancellationToken);

    /// <summary>Creates a znode, with an access control list or a time to live of its own.</summary>
    /// <param name="op">What is to be created.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Its path, with the number that a sequential mode adds, and its stat.</returns>
    /// <exception cref="ZooKeeperException">It was refused or the outcome is open.</exception>
    public async Task<(string Path, Stat Stat)> CreateAsync(CreateOp op, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(op);
        var request = (CreateOp)Prefixed(op);
        var (path, stat) = await _session.SendAsync(
            new TypedRequest<(string Path, Stat Stat)>(
                OpCodec.TypeOf(op),
                op.Path,
                writer => OpCodec.Write(writer, request),
                static (ErrorCode _, ref JuteReader body) => (body.ReadString(), Stat.Read(ref body))),
            cancellationToken).ConfigureAwait(false);
        return (ClientPath.Strip(_chroot, path), stat);
    }

    /// <summary>Creates a znode exactly once, even if the connection breaks before the answer comes (Curator's protection).</summary>
    /// <remarks>
    /// A random id goes into the name. After a lost connection the parent's children are searched for it, and only if it is not there
    /// does the client create again. Where the session expires on the way, an ephemeral znode goes with it, but a persistent one may
    /// stay.
    /// </remarks>
    /// <param name="path">Its path; <c>_c_</c>, the id and <c>-</c> are put before the last name.</param>
    /// <param name="data">Its data.</param>
    /// <param name="mode">What kind of znode it becomes.</param>
    /// <param name="cancellationToken">Gives up, leaving open whether it was created.</param>
    /// <returns>The path with everything that was added to it.</returns>
    /// <exception cref="ZooKeeperException">It was refused, or the session has expired.</exception>
    public Task<string> CreateProtectedAsync(
        string path,
        ReadOnlyMemory<byte> data,
        CreateMode mode = CreateMode.EphemeralSequential,
        CancellationToken cancellationToken = default) =>
        new ProtectedCreate(this, path, data, mode).RunAsync(cancellationToken);

    /// <summary>Deletes a znode without children.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="version">The version it must have; −1 for any.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ZooKeeperException">It was refused or the outcome is open.</exception>
    public Task DeleteAsync(string path, int version = -1, CancellationToken cancellationToken = default)
    {
        var op = Prefixed(new DeleteOp(path, version));
        return SendAsync(OpCode.Delete, path, writer => OpCodec.Write(writer, op), cancellationToken);
    }

    /// <summary>Asks whether a znode exists.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="watch">Hears, once, of its creation, change or deletion.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Its stat, or null where there is none.</returns>
    /// <exception cref="ZooKeeperException">There was no answer.</exception>
    public Task<Stat?> ExistsAsync(string path, Action<WatchedEvent>? watch = null, CancellationToken cancellationToken = default)
    {
        var serverPath = ClientPath.Prefix(_chroot, path);
        return _session.SendAsync(
            new TypedRequest<Stat?>(
                OpCode.Exists,
                path,
                Read(serverPath, watch is not null),
                static (ErrorCode error, ref JuteReader body) => error == ErrorCode.Ok ? Stat.Read(ref body) : null)
            {
                Tolerated = ErrorCode.NoNode,
                OnReply = watch is null ? null : error =>
                {
                    if (error == ErrorCode.Ok)
                    {
                        _session.Watches.Add(WatchKind.Data, serverPath, watch);
                    }
                    else if (error == ErrorCode.NoNode)
                    {
                        _session.Watches.AddExist(serverPath, watch);
                    }
                },
            },
            cancellationToken);
    }

    /// <summary>Reads a znode's data.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="watch">Hears, once, of its change or deletion; not set where the read fails.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The data and the stat.</returns>
    /// <exception cref="ZooKeeperException">There is no such znode, or there was no answer.</exception>
    public Task<(byte[] Data, Stat Stat)> GetDataAsync(
        string path, Action<WatchedEvent>? watch = null, CancellationToken cancellationToken = default)
    {
        var serverPath = ClientPath.Prefix(_chroot, path);
        return _session.SendAsync(
            new TypedRequest<(byte[] Data, Stat Stat)>(
                OpCode.GetData,
                path,
                Read(serverPath, watch is not null),
                static (ErrorCode _, ref JuteReader body) => (body.ReadBuffer().ToArray(), Stat.Read(ref body)))
            {
                OnReply = WatchIfOk(WatchKind.Data, serverPath, watch),
            },
            cancellationToken);
    }

    /// <summary>Replaces a znode's data.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="data">The new data.</param>
    /// <param name="version">The version it must have; −1 for any, which switches compare-and-set off.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The new stat.</returns>
    /// <exception cref="ZooKeeperException">It was refused or the outcome is open.</exception>
    public Task<Stat> SetDataAsync(string path, ReadOnlyMemory<byte> data, int version, CancellationToken cancellationToken = default)
    {
        var op = Prefixed(new SetDataOp(path, data, version));
        return _session.SendAsync(
            new TypedRequest<Stat>(
                OpCode.SetData,
                path,
                writer => OpCodec.Write(writer, op),
                static (ErrorCode _, ref JuteReader body) => Stat.Read(ref body)),
            cancellationToken);
    }

    /// <summary>Reads the names of a znode's children, in no particular order.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="watch">Hears, once, of a child created or deleted, or of the znode's deletion; not set where the read fails.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The names and the znode's stat.</returns>
    /// <exception cref="ZooKeeperException">There is no such znode, or there was no answer.</exception>
    public Task<(IReadOnlyList<string> Names, Stat Stat)> GetChildrenAsync(
        string path, Action<WatchedEvent>? watch = null, CancellationToken cancellationToken = default)
    {
        var serverPath = ClientPath.Prefix(_chroot, path);
        return _session.SendAsync(
            new TypedRequest<(IReadOnlyList<string> Names, Stat Stat)>(
                OpCode.GetChildren2,
                path,
                Read(serverPath, watch is not null),
                static (ErrorCode _, ref JuteReader body) => (body.ReadStrings(), Stat.Read(ref body)))
            {
                OnReply = WatchIfOk(WatchKind.Child, serverPath, watch),
            },
            cancellationToken);
    }

    /// <summary>Reads a znode's access control list.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The list and the znode's stat.</returns>
    /// <exception cref="ZooKeeperException">There is no such znode, or there was no answer.</exception>
    public Task<(IReadOnlyList<Acl> Acl, Stat Stat)> GetAclAsync(string path, CancellationToken cancellationToken = default)
    {
        var serverPath = ClientPath.Prefix(_chroot, path);
        return _session.SendAsync(
            new TypedRequest<(IReadOnlyList<Acl> Acl, Stat Stat)>(
                OpCode.GetAcl,
                path,
                writer => writer.String(serverPath),
                static (ErrorCode _, ref JuteReader body) => (Acl.ReadList(ref body), Stat.Read(ref body))),
            cancellationToken);
    }

    /// <summary>Replaces a znode's access control list.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="acl">The new list.</param>
    /// <param name="version">The list's version that it must have; −1 for any.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The new stat.</returns>
    /// <exception cref="ZooKeeperException">It was refused or the outcome is open.</exception>
    public Task<Stat> SetAclAsync(string path, IReadOnlyList<Acl> acl, int version = -1, CancellationToken cancellationToken = default)
    {
        var op = Prefixed(new SetAclOp(path, acl, version));
        return _session.SendAsync(
            new TypedRequest<Stat>(
                OpCode.SetAcl, path, writer => OpCodec.Write(writer, op), static (ErrorCode _, ref JuteReader body) => Stat.Read(ref body)),
            cancellationToken);
    }

    /// <summary>
    /// Waits until the server has caught up with its leader; not a quorum operation, so only nearly a promise of a fresh read.
    /// </summary>
    /// <param name="path">Any path.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ZooKeeperException">There was no answer.</exception>
    public Task SyncAsync(string path = "/", CancellationToken cancellationToken = default)
    {
        var serverPath = ClientPath.Prefix(_chroot, path);
        return SendAsync(OpCode.Sync, path, writer => writer.String(serverPath), cancellationToken);
    }

    /// <summary>Checks that a znode exists and has a version.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="version">The version it must have; −1 for any.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ZooKeeperException">It has not, or there was no answer.</exception>
    public Task CheckAsync(string path, int version = -1, CancellationToken cancellationToken = default) =>
        MultiAsync([new CheckOp(path, version)], cancellationToken);

    /// <summary>Carries out several updates, all of them or none.</summary>
    /// <param name="ops">Creates, deletes, changes of data and checks; each sees what those before it did.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>One result for each update.</returns>
    /// <exception cref="ZooKeeperMultiException">One failed and nothing happened.</exception>
    /// <exception cref="ZooKeeperException">The multi as a whole was refused, or the outcome is open.</exception>
    public async Task<IReadOnlyList<OpResult>> MultiAsync(IReadOnlyList<Op> ops, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(ops);
        if (ops.FirstOrDefault(op => !OpCodec.MayStandInMulti(OpCodec.TypeOf(op))) is { } stray)
        {
            throw new ArgumentException($"a {stray.GetType().Name} cannot be a part of a multi", nameof(ops));
        }

        var prefixed = ops.Select(Prefixed).ToArray();
        var results = await _session.SendAsync(
            new TypedRequest<List<OpResult>>(
                OpCode.Multi,
                null,
                writer => MultiCodec.WriteRequest(writer, prefixed),
                static (ErrorCode _, ref JuteReader body) => MultiCodec.ReadResponse(ref body)),
            cancellationToken).ConfigureAwait(false);
        var failed = results.FindIndex(result => result.Error is not (ErrorCode.Ok or ErrorCode.RuntimeInconsistency));
        failed = failed >= 0 ? failed : results.FindIndex(result => result.Error != ErrorCode.Ok);
        if (failed >= 0)
        {
            throw new ZooKeeperMultiException(results, failed, ops[Math.Min(failed, ops.Count - 1)].Path);
        }

        return [.. results.Select(result => result.Path is { } path ? result with { Path = ClientPath.Strip(_chroot, path) } : result)];
    }

    /// <summary>Sets a watch that stays: on a znode, or on a znode and everything under it.</summary>
    /// <param name="path">The znode, whether or not it exists.</param>
    /// <param name="mode">How far the watch reaches.</param>
    /// <param name="watch">Hears of every event.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ZooKeeperException">There was no answer.</exception>
    public Task AddWatchAsync(string path, AddWatchMode mode, Action<WatchedEvent> watch, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(watch);
        var serverPath = ClientPath.Prefix(_chroot, path);
        var kind = mode == AddWatchMode.PersistentRecursive ? WatchKind.PersistentRecursive : WatchKind.Persistent;
        return _session.SendAsync(
            new TypedRequest<bool>(
                OpCode.AddWatch,
                path,
                writer =>
                {
                    writer.String(serverPath);
                    writer.Int((int)mode);
                },
                static (ErrorCode _, ref JuteReader _) => true)
            {
                OnReply = WatchIfOk(kind, serverPath, watch),
            },
            cancellationToken);
    }

    /// <summary>Removes this client's watches of a path.</summary>
    /// <param name="path">The znode.</param>
    /// <param name="type">Which watches.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ZooKeeperException">There is no such watch, or there was no answer.</exception>
    public Task RemoveWatchesAsync(string path, WatcherType type = WatcherType.Any, CancellationToken cancellationToken = default)
    {
        var serverPath = ClientPath.Prefix(_chroot, path);
        return _session.SendAsync(
            new TypedRequest<bool>(
                OpCode.RemoveWatches,
                path,
                writer =>
                {
                    writer.String(serverPath);
                    writer.Int((int)type);
                },
                static (ErrorCode _, ref JuteReader _) => true)
            {
                OnReply = error =>
                {
                    if (error is ErrorCode.Ok or ErrorCode.NoWatcher)
                    {
                        _session.Watches.Remove(serverPath, type);
                    }
                },
            },
            cancellationToken);
    }

    /// <summary>Ends the session, so that its ephemeral znodes go at once, and the client.</summary>
    /// <remarks>Without a connection the client ends all the same, and the session expires at the server in its own time.</remarks>
    public Task CloseAsync() => _session.DisposeAsync().AsTask();

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await CloseAsync().ConfigureAwait(false);

    private async Task CreateChrootAsync(CancellationToken cancellationToken)
    {
        var root = new ZooKeeperClient(_session);
        for (var end = 1; end > 0 && _chroot.Length > 0;)
        {
            end = _chroot.IndexOf('/', end + 1);
            var path = end < 0 ? _chroot : _chroot[..end];
            if (await root.ExistsAsync(path, null, cancellationToken).ConfigureAwait(false) is not null)
            {
                continue;
            }

            try
            {
                await root.CreateAsync(path, default, CreateMode.Persistent, cancellationToken).ConfigureAwait(false);
            }
            catch (ZooKeeperException e) when (e.Code == ErrorCode.NodeExists)
            {
                // Another client was quicker.
            }
        }
    }

    private Task<bool> SendAsync(OpCode type, string path, Action<JuteWriter> write, CancellationToken cancellationToken) =>
        _session.SendAsync(new TypedRequest<bool>(type, path, write, static (ErrorCode _, ref JuteReader _) => true), cancellationToken);

    private static Action<JuteWriter> Read(string serverPath, bool watch) => writer =>
    {
        writer.String(serverPath);
        writer.Bool(watch);
    };

    private Action<ErrorCode>? WatchIfOk(WatchKind kind, string serverPath, Action<WatchedEvent>? watch) => watch is null ? null : error =>
    {
        if (error == ErrorCode.Ok)
        {
            _session.Watches.Add(kind, serverPath, watch);
        }
    };

    private Op Prefixed(Op op)
    {
        ArgumentNullException.ThrowIfNull(op);
        return op with { Path = ClientPath.Prefix(_chroot, op.Path, op is CreateOp create && create.Mode.IsSequential()) };
    }
}
