using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Server.Coordination;
using Catena.Server.Coordination.Documents;
using Catena.Server.Node;
using Catena.Simulation.Coordination;
using Catena.Simulation.Scheduling;

namespace Catena.Simulation.Control;

/// <summary>Carries the replicas' proposals to the coordinator, by the rules of <see cref="ConfigurationStore" /> and <see cref="Proposer" />.</summary>
/// <remarks>
/// A configuration is written over the version of the znode that held the one it follows. One whose outcome is open is submitted again, the very
/// same, until the outcome is certain.
/// </remarks>
internal sealed class ProposalDesk(CoordinatorDesk desk)
{
    private const int MaxAttempts = 4;
    private const long RetryDelay = 50 * Duration.Millisecond;

    /// <summary>Takes the configuration that stands after a proposal.</summary>
    internal Action<PartitionId, Configuration> Found { get; set; } = (_, _) => { };

    /// <summary>Takes the word that a proposal cannot have reached the coordinator.</summary>
    internal Action<PartitionId, Epoch> NotSubmitted { get; set; } = (_, _) => { };

    /// <summary>Submits a proposal; the outcome never comes at once.</summary>
    internal void Propose(PartitionId partition, Configuration next)
    {
        var proposal = new Proposal(partition, next);
        desk.Node.After(0, "desk.propose", () => Attempt(proposal));
    }

    private void Attempt(Proposal proposal)
    {
        (proposal.IsWriting, proposal.Outcome) = (false, ConfigurationWriteOutcome.NotSubmitted);
        if (TakeKnown(proposal) || desk.Session is not { IsUsable: true } session)
        {
            Settle(proposal);
            return;
        }

        Dialogue.Run(session.Requests, dialogue => Write(dialogue, proposal), error =>
        {
            if (error != CoordinatorError.Ok)
            {
                proposal.Outcome = proposal.IsWriting ? ConfigurationWriteOutcome.Unknown : ConfigurationWriteOutcome.NotSubmitted;
            }

            Settle(proposal);
        });
    }

    private IEnumerable<CoordinatorRequest> Write(Dialogue dialogue, Proposal proposal)
    {
        var (partition, next) = (proposal.Partition, proposal.Next);
        var path = TreeLayout.Paths.PartitionOf(partition);
        for (var attempt = 0; attempt < MaxAttempts && !TakeKnown(proposal) && desk.Session is { IsUsable: true }; attempt++)
        {
            if (desk.Tree.Find(partition) is { IsCurrent: true } known && known.Configuration.Epoch == next.Follows)
            {
                proposal.IsWriting = true;
                yield return new CoordinatorRequest.SetData(path, TreeLayout.Text(DocumentCodec.Encode(next)), known.Version);
                proposal.IsWriting = false;
                switch (dialogue.Reply.Error)
                {
                    case CoordinatorError.Ok:
                        (proposal.Outcome, proposal.Newest) = (ConfigurationWriteOutcome.Accepted, next);
                        desk.OnWritten(partition, next, dialogue.Reply.Version);
                        yield break;
                    case CoordinatorError.BadVersion:
                        break;
                    default:
                        yield break;
                }
            }

            yield return new CoordinatorRequest.GetData(path);
            desk.Tree.Apply(TreeLayout.State(path, dialogue.Reply));
        }
    }

    /// <summary>Whether what is known settles a proposal already.</summary>
    private bool TakeKnown(Proposal proposal)
    {
        if (desk.Tree.Find(proposal.Partition) is not { } known || known.Configuration.Epoch <= proposal.Next.Follows)
        {
            return false;
        }

        proposal.Outcome = known.Configuration == proposal.Next ? ConfigurationWriteOutcome.Accepted : ConfigurationWriteOutcome.Superseded;
        proposal.Newest = known.Configuration;
        return true;
    }

    private void Settle(Proposal proposal)
    {
        switch (proposal.Outcome)
        {
            case ConfigurationWriteOutcome.Accepted or ConfigurationWriteOutcome.Superseded:
                Found(proposal.Partition, proposal.Newest!);
                break;
            case ConfigurationWriteOutcome.NotSubmitted when !proposal.MayHaveReached:
                NotSubmitted(proposal.Partition, proposal.Next.Epoch);
                break;
            default:
                proposal.MayHaveReached |= proposal.Outcome == ConfigurationWriteOutcome.Unknown;
                desk.Node.After(RetryDelay, "desk.propose", () => Attempt(proposal));
                break;
        }
    }
}
