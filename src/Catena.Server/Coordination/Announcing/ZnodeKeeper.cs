using System.Globalization;
using Catena.ZooKeeper.Client;
using Catena.ZooKeeper.Protocol;
using Microsoft.Extensions.Logging;

namespace Catena.Server.Coordination.Announcing;

/// <summary>Creates and deletes the announcements of one session.</summary>
/// <remarks>
/// A znode that goes with a role is created in one multi with a check of the session's place in the election, so that nobody creates it who has been deposed. Where another session still has
/// it, that one is given a second to see that its role has gone; then the znode is taken over: the holder of the role is the one that the election names.
/// </remarks>
/// <param name="client">The session.</param>
/// <param name="logger">The log.</param>
internal sealed class ZnodeKeeper(ZooKeeperClient client, ILogger logger)
{
    /// <summary>How long another session may hold a znode of this one's role.</summary>
    private const long Courtesy = 1_000;

    /// <summary>How long after a refusal the same is not asked for again.</summary>
    private const long RefusedRetry = 5_000;

    private readonly Dictionary<string, (long At, string Problem)> _refused = [];
    private readonly Dictionary<string, long> _heldSince = [];
    private bool _isCleared;

    /// <summary>The session.</summary>
    public ZooKeeperClient Client => client;

    private static long Now => Environment.TickCount64;

    /// <summary>The session's ephemeral znodes, whoever has made them: announcements, and the node's own.</summary>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="ZooKeeperException">There was no answer.</exception>
    public async Task<IReadOnlyList<string>> OwnedAsync(CancellationToken cancellation)
    {
        // After a reconnect the new server may be behind the one that carried out the last create.
        await client.SyncAsync(ZnodePath.Root, cancellation).ConfigureAwait(false);
        return await client.GetEphemeralsAsync(ZnodePath.Root, cancellation).ConfigureAwait(false);
    }

    /// <summary>What is in the way of a znode; null where nothing is known to be.</summary>
    public string? ProblemOf(AnnouncedZnode znode) => _refused.TryGetValue(znode.Path, out var refused) ? refused.Problem : null;

    /// <summary>Deletes what an earlier life of this node has left under the same address: nobody but this process listens there.</summary>
    /// <remarks>Once a session. Znodes of the search service are left to end with their session: they name a host without a port, so they may be another node's.</remarks>
    /// <param name="znodes">Znodes that the node may have.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="ZooKeeperException">There was no answer.</exception>
    public async Task ClearAsync(IEnumerable<AnnouncedZnode> znodes, CancellationToken cancellation)
    {
        if (_isCleared)
        {
            return;
        }

        foreach (var znode in znodes.Where(znode => !znode.IsOfRole).Distinct())
        {
            foreach (var path in await ChildrenAsync(znode, cancellation).ConfigureAwait(false))
            {
                if (await IsLeftOverAsync(znode, path, cancellation).ConfigureAwait(false) && await DeleteAsync(path, cancellation).ConfigureAwait(false))
                {
                    AnnouncementLog.Cleared(logger, path);
                }
            }
        }

        _isCleared = true;
    }

    /// <summary>Creates a znode, and its parents where they are missing.</summary>
    /// <param name="znode">The znode.</param>
    /// <param name="seatPath">The session's place in the election, which gives it the role.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="ZooKeeperException">There was no answer, and perhaps it was created.</exception>
    public async Task<ZnodeOutcome> TryCreateAsync(AnnouncedZnode znode, string seatPath, CancellationToken cancellation)
    {
        if (_refused.TryGetValue(znode.Path, out var refused) && Now - refused.At < RefusedRetry)
        {
            return ZnodeOutcome.Refused;
        }

        try
        {
            var path = await CreateWithParentsAsync(znode, seatPath, cancellation).ConfigureAwait(false);
            AnnouncementLog.Announced(logger, znode.Endpoint.Text, path);
            _refused.Remove(znode.Path);
            _heldSince.Remove(znode.Path);
            return ZnodeOutcome.Created;
        }
        catch (ZooKeeperMultiException e) when (e.FailedIndex == 0)
        {
            // The place in the election has gone, and a new one is being taken.
            return ZnodeOutcome.Soon;
        }
        catch (ZooKeeperException e) when (e.Code == ErrorCode.NodeExists)
        {
            return await TryTakeOverAsync(znode, seatPath, cancellation).ConfigureAwait(false);
        }
        catch (ZooKeeperException e) when (!IsNoAnswer(e))
        {
            return Refuse(znode, ProblemOf(e));
        }
    }

    /// <summary>Deletes a znode; that it has gone already is as good.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Whether this deleted it.</returns>
    /// <exception cref="ZooKeeperException">There was no answer.</exception>
    public async Task<bool> DeleteAsync(string path, CancellationToken cancellation)
    {
        try
        {
            await client.DeleteAsync(path, -1, cancellation).ConfigureAwait(false);
            AnnouncementLog.Withdrawn(logger, path);
            return true;
        }
        catch (ZooKeeperException e) when (!IsNoAnswer(e))
        {
            if (e.Code != ErrorCode.NoNode)
            {
                AnnouncementLog.Unanswered(logger, ProblemOf(e));
            }

            return false;
        }
    }

    private static bool IsNoAnswer(ZooKeeperException e) =>
        e.OutcomeUnknown || e.Code is ErrorCode.ConnectionLoss or ErrorCode.SessionExpired or ErrorCode.SessionMoved or ErrorCode.OperationTimeout or ErrorCode.RequestTimeout;

    private static string ProblemOf(ZooKeeperException e) => e.Code switch
    {
        ErrorCode.NoAuth => $"{e.Path}: the access control list there does not allow it",
        ErrorCode.NoChildrenForEphemerals => $"{e.Path}: its parent is ephemeral and can have no children; delete it, or name another path",
        ErrorCode.NoNode => $"{e.Path}: its parent is missing and cannot be made; does the connect string's chroot exist?",
        ErrorCode.QuotaExceeded => $"{e.Path}: a quota is used up",
        _ => e.Message,
    };

    private ZnodeOutcome Refuse(AnnouncedZnode znode, string problem)
    {
        _refused[znode.Path] = (Now, problem);
        return ZnodeOutcome.Refused;
    }

    private async Task<string> CreateWithParentsAsync(AnnouncedZnode znode, string seatPath, CancellationToken cancellation)
    {
        try
        {
            return await CreateAsync(znode, seatPath, cancellation).ConfigureAwait(false);
        }
        catch (ZooKeeperException e) when (e.Code == ErrorCode.NoNode && e is not ZooKeeperMultiException { FailedIndex: 0 } && znode.Parent != ZnodePath.Root)
        {
            await ZnodeParents.CreateAsync(client, znode.Parent, cancellation).ConfigureAwait(false);
            return await CreateAsync(znode, seatPath, cancellation).ConfigureAwait(false);
        }
    }

    private async Task<string> CreateAsync(AnnouncedZnode znode, string seatPath, CancellationToken cancellation)
    {
        var create = new CreateOp(znode.Path, znode.Endpoint.Data, znode.IsSequential ? CreateMode.EphemeralSequential : CreateMode.Ephemeral);
        if (!znode.IsOfRole)
        {
            return (await client.CreateAsync(create, cancellation).ConfigureAwait(false)).Path;
        }

        var results = await client.MultiAsync([new CheckOp(seatPath, 0), create], cancellation).ConfigureAwait(false);
        return results[^1].Path ?? znode.Path;
    }

    private async Task<ZnodeOutcome> TryTakeOverAsync(AnnouncedZnode znode, string seatPath, CancellationToken cancellation)
    {
        if (await client.ExistsAsync(znode.Path, null, cancellation).ConfigureAwait(false) is not { } stat)
        {
            return ZnodeOutcome.Soon;
        }

        if (stat.EphemeralOwner == client.SessionId)
        {
            return ZnodeOutcome.Created;
        }

        if (stat.EphemeralOwner == 0)
        {
            return Refuse(znode, $"{znode.Path}: somebody has made it persistent; delete it");
        }

        if (!_heldSince.TryGetValue(znode.Path, out var since))
        {
            _heldSince[znode.Path] = since = Now;
        }

        if (Now - since < Courtesy)
        {
            return ZnodeOutcome.Soon;
        }

        // At most once in a while: where two clusters share a path they take turns, and both logs say so.
        _heldSince.Remove(znode.Path);
        try
        {
            var create = new CreateOp(znode.Path, znode.Endpoint.Data, CreateMode.Ephemeral);
            await client.MultiAsync([new CheckOp(seatPath, 0), new DeleteOp(znode.Path, stat.Version), create], cancellation).ConfigureAwait(false);
            AnnouncementLog.TakenOver(logger, znode.Path, stat.EphemeralOwner.ToString("x", CultureInfo.InvariantCulture));
            return ZnodeOutcome.Created;
        }
        catch (ZooKeeperException e) when (!IsNoAnswer(e))
        {
            return e.Code == ErrorCode.NoNode ? ZnodeOutcome.Soon : Refuse(znode, ProblemOf(e));
        }
    }

    private async Task<IEnumerable<string>> ChildrenAsync(AnnouncedZnode znode, CancellationToken cancellation)
    {
        try
        {
            var (names, _) = await client.GetChildrenAsync(znode.Parent, null, cancellation).ConfigureAwait(false);
            return names.Select(name => ZnodePath.Child(znode.Parent, name)).Where(znode.Is);
        }
        catch (ZooKeeperException e) when (!IsNoAnswer(e))
        {
            return [];
        }
    }

    private async Task<bool> IsLeftOverAsync(AnnouncedZnode znode, string path, CancellationToken cancellation)
    {
        try
        {
            var (data, stat) = await client.GetDataAsync(path, null, cancellation).ConfigureAwait(false);
            return stat.EphemeralOwner != 0 && stat.EphemeralOwner != client.SessionId && data.AsSpan().SequenceEqual(znode.Endpoint.Data);
        }
        catch (ZooKeeperException e) when (!IsNoAnswer(e))
        {
            return false;
        }
    }
}
