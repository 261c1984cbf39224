using System.Collections.Immutable;
using Catena.Core.Primitives;

namespace Catena.Core.Replication.Membership;

/// <summary>What members of a chain say of neighbours that they cannot reach, though the first member may.</summary>
/// <remarks>
/// A cut between two of them stops the chain and is no failure of either; one has to go. It is the one that more complain of, the one farther from the
/// head where as many complain of either: so the same cut always has the same outcome, and nobody chases anybody.
/// </remarks>
internal sealed class Complaints(ReplicaState state)
{
    private readonly Dictionary<(NodeId From, NodeId About), long> _heard = [];

    internal void Clear() => _heard.Clear();

    internal void Add(NodeId from, NodeId about) => _heard[(from, about)] = state.Now;

    /// <summary>Adds to those who have failed those who must go for the others' sake.</summary>
    internal ImmutableArray<NodeId> Judge(ImmutableArray<NodeId> failed)
    {
        if (_heard.Count == 0)
        {
            return failed;
        }

        ForgetBefore(state.Now - (4 * state.Options.Retransmit));
        var judged = failed;
        var members = state.Configuration!.Members;
        while (MostComplainedOf(members, judged) is var worst && worst != NodeId.None)
        {
            judged = judged.Add(worst);
        }

        return judged;
    }

    private void ForgetBefore(long oldest)
    {
        foreach (var (complaint, _) in _heard.Where(complaint => complaint.Value < oldest).ToArray())
        {
            _heard.Remove(complaint);
        }
    }

    private NodeId MostComplainedOf(ImmutableArray<NodeId> members, ImmutableArray<NodeId> judged)
    {
        var (worst, most) = (NodeId.None, 0);
        foreach (var member in members.Where(member => member != state.Self && !judged.Contains(member)))
        {
            var complaints = _heard.Keys.Count(complaint => complaint.About == member && !judged.Contains(complaint.From));
            if (complaints > 0 && complaints >= most)
            {
                (worst, most) = (member, complaints);
            }
        }

        return worst;
    }
}
