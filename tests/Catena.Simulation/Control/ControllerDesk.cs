using System.Collections.Immutable;
using Catena.Core.Control;
using Catena.Core.Control.Actions;
using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Server.Coordination.Control;
using Catena.Server.Coordination.Documents;
using Catena.Server.Coordination.Tree;
using Catena.Server.Peers;
using Catena.Simulation.Coordination;
using Catena.Simulation.Scheduling;

namespace Catena.Simulation.Control;

/// <summary>Does what the real <see cref="Controller" /> decides while this node is the master and knows it, as <see cref="ControllerLoop" /> does.</summary>
/// <remarks>
/// It goes by what this node has read over its present connection, and stops when that is lost. Each write names the node's own place in the
/// election and the version it was decided on.
/// </remarks>
/// <param name="desk">The node's side of the coordinator.</param>
/// <param name="ask">Brings an ask to a node, which may be this one.</param>
/// <param name="promotes">Whether it makes members of new replicas at once: a planted fault.</param>
internal sealed class ControllerDesk(CoordinatorDesk desk, Action<NodeId, ControllerAsk> ask, bool promotes)
{
    private readonly SortedDictionary<NodeId, long> _lastSeen = [];
    private string? _seatPath;
    private long _inOfficeSince;
    private bool _isBusy;

    private long Milliseconds => desk.Node.Clock.Now / Duration.Millisecond;

    /// <summary>Decides, and carries out what was decided.</summary>
    internal void Step()
    {
        var session = desk.Session is { IsComplete: true } complete ? complete : null;
        var picture = session is null ? null : desk.Tree.PictureFor(session.SeatPath);
        NoteOffice(picture?.SeatPath);
        if (picture is null || _isBusy)
        {
            return;
        }

        var actions = Controller.Decide(picture.ViewAt(Milliseconds, _inOfficeSince, _lastSeen));
        if (!actions.IsEmpty)
        {
            _isBusy = true;
            Dialogue.Run(session!.Requests, dialogue => Carry(dialogue, picture, actions), _ => _isBusy = false);
        }
    }

    private void NoteOffice(string? seatPath)
    {
        if (seatPath == _seatPath)
        {
            return;
        }

        _seatPath = seatPath;
        desk.Node.World.Timeline?.Mark(desk.Node.Id, desk.Node.World.Now, seatPath is null ? "no longer the controller" : "the controller");
        if (desk.Node.World.Tracing)
        {
            desk.Node.World.Trace($"node {desk.Node.Id.Value} {(seatPath is null ? "is no longer the controller" : $"is the controller by {CoordinationPaths.NameOf(seatPath)}")}");
        }

        if (seatPath is null)
        {
            _lastSeen.Clear();
        }
        else
        {
            _inOfficeSince = Milliseconds;
        }
    }

    private IEnumerable<CoordinatorRequest> Carry(Dialogue dialogue, ControllerPicture picture, ImmutableArray<ControllerAction> actions)
    {
        foreach (var action in actions)
        {
            if (desk.Node.World.Tracing)
            {
                desk.Node.World.Trace($"controller {desk.Node.Id.Value}: {action}");
            }

            var (partition, next) = action switch
            {
                AddLearner add => (add.Partition, add.Next),
                RemoveLearner remove => (remove.Partition, remove.Next),
                _ => (default, default(Configuration)),
            };
            if (next is null)
            {
                Ask(picture, action);
                continue;
            }

            if (promotes)
            {
                next = next with { Members = [.. next.Members, .. next.Learners], Learners = [] };
            }

            // Nobody ever changes the data of a place in the election, so its version is 0 as long as it is there.
            yield return new CoordinatorRequest.Multi(
            [
                new CoordinatorRequest.Check(picture.SeatPath, 0),
                new CoordinatorRequest.SetData(TreeLayout.Paths.PartitionOf(partition), TreeLayout.Text(DocumentCodec.Encode(next)), action.ZnodeVersion),
            ]);
            if (dialogue.Reply.Error == CoordinatorError.Ok)
            {
                desk.OnWritten(partition, next, dialogue.Reply.Version);
            }
            else if (dialogue.Reply.FailedPart == 0)
            {
                // Deposed: the rest of the decision is void.
                yield break;
            }
        }
    }

    private void Ask(ControllerPicture picture, ControllerAction action)
    {
        var (to, kind, partition, node) = action switch
        {
            HandOver over => (over.From, ControllerAskKind.HandOver, over.Partition, over.NewFirst),
            RemoveMember remove => (remove.First, ControllerAskKind.RemoveMember, remove.Partition, remove.Node),
            _ => throw new InvalidOperationException($"nothing here leads to {action}"),
        };
        var epoch = picture.Partitions.First(known => known.Id == partition).Configuration.Epoch;
        ask(to, new ControllerAsk(kind, partition, epoch, node));
    }
}
