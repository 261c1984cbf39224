using Catena.Core.Primitives;
using Catena.Server.Coordination.Documents;
using Catena.Server.Coordination.Tree;
using Catena.ZooKeeper.Client;
using Catena.ZooKeeper.Protocol;
using Microsoft.Extensions.Logging;

namespace Catena.Server.Coordination.Membership;

/// <summary>Keeps this node's znodes in place: its registration, its sign that it runs, and its place in the election.</summary>
/// <remarks>
/// <para>
/// Everything here can be done again at any time: each step looks at what is there, so a lost answer costs a repetition. The ephemeral ones belong to
/// the session that they are made in. One of an earlier session of this node goes at once, rather than when that session expires: a node's
/// identity is held by one process at a time, which its data directory sees to. A later incarnation under the same identity means
/// that the directory was copied; then this process must stop.
/// </para>
/// <para>
/// A registration that was there and is gone has been forgotten by the controller, since the node was drained: it is not made again in
/// this life. What the operator set in it (state, weight) is kept.
/// </para>
/// </remarks>
internal sealed class NodeRegistrar
{
    private const string SeatPrefix = "seat-";
    private const int MaxAttempts = 32;

    private readonly CoordinationPaths _paths;
    private readonly NodeId _self;
    private readonly LocalNode _local;
    private readonly ILogger _logger;
    private readonly byte[] _member;
    private readonly byte[] _seat;
    private bool _wasRegistered;

    /// <summary>A registrar that has not done anything yet.</summary>
    /// <param name="paths">Where things are.</param>
    /// <param name="self">This node.</param>
    /// <param name="local">What it tells about itself.</param>
    /// <param name="logger">The log.</param>
    public NodeRegistrar(CoordinationPaths paths, NodeId self, LocalNode local, ILogger logger)
    {
        _paths = paths;
        _self = self;
        _local = local;
        _logger = logger;
        _member = DocumentCodec.Encode(new MemberDocument
        {
            Id = self.ToString(),
            Name = local.Name,
            Incarnation = local.Incarnation,
            Host = local.Host,
            PeerPort = local.PeerPort,
            RedisPort = local.RedisPort,
            ThriftPort = local.ThriftPort,
            HttpPort = local.HttpPort,
            TablePort = local.TablePort,
            TextPort = local.TextPort,
            Zone = local.Zone,
            ProcessId = Environment.ProcessId,
        });
        _seat = DocumentCodec.Encode(new SeatDocument
        {
            Id = self.ToString(),
            Incarnation = local.Incarnation,
            Name = local.Name,
            Host = local.Host,
            PeerPort = local.PeerPort,
            RedisPort = local.RedisPort,
            ThriftPort = local.ThriftPort,
            HttpPort = local.HttpPort,
            TablePort = local.TablePort,
            TextPort = local.TextPort,
        });
    }

    /// <summary>Whether a znode is one of those that are kept in place.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="seatPath">The place in the election.</param>
    public bool Keeps(string path, string? seatPath) => path == seatPath || path == _paths.MemberOf(_self);

    /// <summary>Puts everything in its place.</summary>
    /// <param name="client">Asks.</param>
    /// <param name="tree">The tree as it was last read.</param>
    /// <param name="seatPath">This session's place in the election; null where it has none yet.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>This session's place in the election.</returns>
    /// <exception cref="CoordinationRefusedException">Another process runs with this node's identity, or another node with its name.</exception>
    /// <exception cref="ZooKeeperException">There was no answer, or the session has expired.</exception>
    public async Task<string> EnsureAsync(ZooKeeperClient client, ClusterTree tree, string? seatPath, CancellationToken cancellationToken)
    {
        await EnsureNodeAsync(client, tree, cancellationToken).ConfigureAwait(false);
        await EnsureMemberAsync(client, cancellationToken).ConfigureAwait(false);
        seatPath = await EnsureSeatAsync(client, seatPath, cancellationToken).ConfigureAwait(false);
        foreach (var (path, incarnation) in tree.OwnSeats().Where(seat => seat.Path != seatPath))
        {
            RefuseLaterLife(incarnation);
            await DeleteAsync(client, path, 0, cancellationToken).ConfigureAwait(false);
        }

        return seatPath;
    }

    private async Task EnsureNodeAsync(ZooKeeperClient client, ClusterTree tree, CancellationToken cancellationToken)
    {
        var path = _paths.NodeOf(_self);
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var znode = await TreeReader.ReadAsync(client, path, cancellationToken).ConfigureAwait(false);
            if (znode.Data is null && _wasRegistered)
            {
                CoordinationLog.Forgotten(_logger);
                return;
            }

            if (!_wasRegistered && tree.FindRunning(_local.Name) is var other && other != NodeId.None)
            {
                throw new CoordinationRefusedException($"Node {other} runs under the name '{_local.Name}' already; names are unique in a cluster.");
            }

            if (await TryWriteNodeAsync(client, path, znode, cancellationToken).ConfigureAwait(false))
            {
                _wasRegistered = true;
                return;
            }
        }

        throw new ZooKeeperException(ErrorCode.BadVersion, path, "this node's registration changes faster than it can be written");
    }

    private async Task<bool> TryWriteNodeAsync(ZooKeeperClient client, string path, ZnodeState znode, CancellationToken cancellationToken)
    {
        var known = znode.Data is null ? null : DecodeOwn(path, znode.Data);
        var wanted = _local.Registration(_self);
        wanted = known is null ? wanted : wanted with { State = known.State, Weight = known.Weight };
        try
        {
            if (znode.Data is null)
            {
                await client.CreateAsync(path, DocumentCodec.Encode(wanted), CreateMode.Persistent, cancellationToken).ConfigureAwait(false);
            }
            else if (wanted != known)
            {
                await client.SetDataAsync(path, DocumentCodec.Encode(wanted), znode.Version, cancellationToken).ConfigureAwait(false);
            }

            return true;
        }
        catch (ZooKeeperException e) when (e.Code is ErrorCode.NodeExists or ErrorCode.BadVersion or ErrorCode.NoNode)
        {
            return false;
        }
    }

    private NodeDocument? DecodeOwn(string path, byte[] data)
    {
        try
        {
            return DocumentCodec.DecodeNode(data);
        }
        catch (FormatException e)
        {
            CoordinationLog.Unreadable(_logger, path, e.Message);
            return null;
        }
    }

    private async Task EnsureMemberAsync(ZooKeeperClient client, CancellationToken cancellationToken)
    {
        var path = _paths.MemberOf(_self);
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            try
            {
                await client.CreateAsync(path, _member, CreateMode.Ephemeral, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (ZooKeeperException e) when (e.Code == ErrorCode.NodeExists)
            {
                if (await IsOwnMemberAsync(client, path, cancellationToken).ConfigureAwait(false))
                {
                    return;
                }
            }
        }

        throw new ZooKeeperException(ErrorCode.NodeExists, path, "another session keeps making this node's znode");
    }

    private async Task<bool> IsOwnMemberAsync(ZooKeeperClient client, string path, CancellationToken cancellationToken)
    {
        try
        {
            var (data, stat) = await client.GetDataAsync(path, null, cancellationToken).ConfigureAwait(false);
            if (stat.EphemeralOwner == client.SessionId && data.AsSpan().SequenceEqual(_member))
            {
                return true;
            }

            RefuseLaterLife(IncarnationOf(path, data));
            await DeleteAsync(client, path, stat.Version, cancellationToken).ConfigureAwait(false);
            return false;
        }
        catch (ZooKeeperException e) when (e.Code == ErrorCode.NoNode)
        {
            return false;
        }
    }

    private ulong IncarnationOf(string path, byte[] data)
    {
        try
        {
            return DocumentCodec.DecodeMember(data).Incarnation;
        }
        catch (FormatException e)
        {
            CoordinationLog.Unreadable(_logger, path, e.Message);
            return 0;
        }
    }

    private async Task<string> EnsureSeatAsync(ZooKeeperClient client, string? seatPath, CancellationToken cancellationToken)
    {
        if (seatPath is not null && await client.ExistsAsync(seatPath, null, cancellationToken).ConfigureAwait(false) is not null)
        {
            return seatPath;
        }

        if (await FindSeatAsync(client, cancellationToken).ConfigureAwait(false) is { } found)
        {
            return found;
        }

        var (path, _) = await client.CreateAsync(
            CoordinationPaths.ChildOf(_paths.Election, SeatPrefix), _seat, CreateMode.EphemeralSequential, cancellationToken).ConfigureAwait(false);
        CoordinationLog.Standing(_logger, path);
        return path;
    }

    /// <summary>The place that this session has without knowing, since the answer was lost; null where it has none.</summary>
    /// <remarks>No random id in the name is needed for that, so that names sort as their numbers do, for everyone who reads them.</remarks>
    private async Task<string?> FindSeatAsync(ZooKeeperClient client, CancellationToken cancellationToken)
    {
        await client.SyncAsync(_paths.Election, cancellationToken).ConfigureAwait(false);
        var prefix = CoordinationPaths.ChildOf(_paths.Election, SeatPrefix);
        var found = await client.GetEphemeralsAsync(prefix, cancellationToken).ConfigureAwait(false);
        return found.Count > 0 ? found[0] : null;
    }

    private void RefuseLaterLife(ulong incarnation)
    {
        if (incarnation > _local.Incarnation)
        {
            throw new CoordinationRefusedException(
                $"Another process runs as node {_self} with incarnation {incarnation}, later than this one's {_local.Incarnation}: the data "
                + "directory was copied. A copy must not run; start a new node with an empty directory instead.");
        }
    }

    private static async Task DeleteAsync(ZooKeeperClient client, string path, int version, CancellationToken cancellationToken)
    {
        try
        {
            await client.DeleteAsync(path, version, cancellationToken).ConfigureAwait(false);
        }
        catch (ZooKeeperException e) when (e.Code is ErrorCode.NoNode or ErrorCode.BadVersion)
        {
            // It has gone or changed by itself; whoever needs to looks again.
        }
    }
}
