using Catena.Core.Primitives;
using Catena.Core.Replication.Flow;

namespace Catena.Core.Replication.Membership;

/// <summary>The first member's way from a learner that has caught up to the proposal that makes it a member.</summary>
/// <remarks>
/// The learner counts before its promotion is proposed: who commits or reads is told so and has said that it heeds it. Where that does not come about
/// soon, the word is withdrawn: a learner that counts for nothing would only hold commits up.
/// </remarks>
internal sealed class Promotion(ReplicaState state, Feeder feeder)
{
    private readonly HashSet<NodeId> _caughtUp = [];
    private long _withdrawAt;

    private Configuration Configuration => state.Configuration!;

    /// <summary>Takes the word of the member that feeds a learner.</summary>
    internal void CaughtUp(NodeId learner) => _caughtUp.Add(learner);

    /// <summary>Forgets what was said in an earlier epoch.</summary>
    internal void Clear() => _caughtUp.Clear();

    /// <summary>Has nobody count any more, since nothing is proposed, or nothing was after all.</summary>
    internal void Withdraw()
    {
        if (state.Counting.Learner != NodeId.None)
        {
            _caughtUp.Remove(state.Counting.Learner);
            state.Counting = new Counting(state.Counting.Number + 1, NodeId.None);
        }
    }

    /// <summary>The learner whose promotion may be proposed now; none otherwise.</summary>
    /// <param name="isFit">Whether nothing else speaks against a learner.</param>
    internal NodeId Next(Func<NodeId, bool> isFit)
    {
        var learner = state.Counting.Learner;
        if (learner == NodeId.None)
        {
            learner = Configuration.Learners.FirstOrDefault(candidate => (_caughtUp.Contains(candidate) || feeder.HasCaughtUp(candidate)) && isFit(candidate));
            if (learner == NodeId.None)
            {
                return NodeId.None;
            }

            state.Report(ReplicaEventKind.CaughtUp, learner.ToString());
            state.Counting = new Counting(state.Counting.Number + 1, learner);
            _withdrawAt = state.Now + state.Options.CountingPatience;
        }

        if (feeder.Counted() >= state.Counting.Number || !state.Rules.PromotesOnlyCounted)
        {
            return learner;
        }

        if (state.Now >= _withdrawAt || !isFit(learner))
        {
            Withdraw();
        }

        return NodeId.None;
    }
}
