using System.Text;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Server.Coordination;
using Catena.Server.Coordination.Documents;
using Catena.Server.Coordination.Membership;
using Catena.Server.Coordination.Tree;
using Catena.Simulation.Cluster;
using Catena.Simulation.Coordination;

namespace Catena.Simulation.Control;

/// <summary>Keeps a node's znodes in place, step by step as <see cref="NodeRegistrar" /> does: registration, sign of life, place in the election.</summary>
internal sealed class Registrar
{
    private const int PeerPort = 7300;
    private const int MaxAttempts = 32;

    private readonly NodeId _self;
    private readonly LocalNode _local;
    private readonly string _member;
    private readonly string _seat;

    /// <summary>A registrar that has not done anything yet.</summary>
    internal Registrar(ClusterProfile profile, NodeId self, ulong incarnation)
    {
        _self = self;
        _local = LocalOf(profile, self, incarnation);
        _member = TreeLayout.Text(DocumentCodec.Encode(new MemberDocument
        {
            Id = self.ToString(),
            Name = _local.Name,
            Incarnation = incarnation,
            Host = _local.Host,
            PeerPort = PeerPort,
        }));
        _seat = TreeLayout.Text(DocumentCodec.Encode(new SeatDocument { Id = self.ToString(), Incarnation = incarnation, Name = _local.Name, Host = _local.Host }));
    }

    /// <summary>A node's registration, as a znode's data.</summary>
    internal static string RegistrationOf(ClusterProfile profile, NodeId node) => RegistrationOf(LocalOf(profile, node, 0), node);

    /// <summary>The session's place in the election, as <see cref="Ensure" /> has left it; null where it could not be made.</summary>
    internal string? SeatPath { get; private set; }

    /// <summary>Whether a znode is one of those that are kept in place.</summary>
    internal bool Keeps(string path, string? seatPath) => path == seatPath || path == TreeLayout.Paths.MemberOf(_self);

    /// <summary>Puts everything in its place.</summary>
    /// <param name="dialogue">Where the answers come.</param>
    /// <param name="tree">The tree as it was last read.</param>
    /// <param name="session">The session's number.</param>
    /// <param name="seatPath">The session's place in the election; null where it has none yet.</param>
    internal IEnumerable<CoordinatorRequest> Ensure(Dialogue dialogue, ClusterTree tree, ulong session, string? seatPath)
    {
        var paths = TreeLayout.Paths;
        SeatPath = null;
        yield return new CoordinatorRequest.Create(paths.NodeOf(_self), RegistrationOf(_local, _self));
        foreach (var request in EnsureMember(dialogue, session))
        {
            yield return request;
        }

        var seat = seatPath;
        if (seat is not null)
        {
            yield return new CoordinatorRequest.Exists(seat);
            seat = dialogue.Reply.Error == CoordinatorError.Ok ? seat : null;
        }

        var prefix = CoordinationPaths.ChildOf(paths.Election, "seat-");
        if (seat is null)
        {
            // The session may have one without knowing, where the answer was lost.
            yield return new CoordinatorRequest.Sync();
            yield return new CoordinatorRequest.GetEphemerals(prefix);
            seat = dialogue.Reply.Children is [var own, ..] ? own : null;
        }

        if (seat is null)
        {
            yield return new CoordinatorRequest.Create(prefix, _seat, Ephemeral: true, Sequential: true);
            seat = dialogue.Reply.Path;
        }

        foreach (var (path, _) in tree.OwnSeats().Where(held => held.Path != seat))
        {
            yield return new CoordinatorRequest.Delete(path, 0);
        }

        SeatPath = seat;
    }

    private static LocalNode LocalOf(ClusterProfile profile, NodeId node, ulong incarnation) =>
        new($"node-{node.Value}", incarnation, $"node-{node.Value}", PeerPort, LeadWeight: node.Value > (ulong)profile.Leaders ? 0 : RingNode.OrdinaryWeight);

    private static string RegistrationOf(LocalNode local, NodeId node) => TreeLayout.Text(DocumentCodec.Encode(local.Registration(node)));

    private IEnumerable<CoordinatorRequest> EnsureMember(Dialogue dialogue, ulong session)
    {
        var path = TreeLayout.Paths.MemberOf(_self);
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            yield return new CoordinatorRequest.Create(path, _member, Ephemeral: true);
            if (dialogue.Reply.Error != CoordinatorError.NodeExists)
            {
                yield break;
            }

            yield return new CoordinatorRequest.GetData(path);
            var found = dialogue.Reply;
            if (found.Error == CoordinatorError.Ok)
            {
                if (found.Owner == session && found.Data == _member)
                {
                    yield break;
                }

                if (DocumentCodec.DecodeMember(Encoding.UTF8.GetBytes(found.Data!)).Incarnation > _local.Incarnation)
                {
                    throw new InvalidOperationException($"a later life of node {_self} has registered");
                }

                // It is an earlier session's, which has not ended yet.
                yield return new CoordinatorRequest.Delete(path, found.Version);
            }
        }
    }
}
