using Catena.Core.Primitives;

namespace Catena.Core.Control;

/// <summary>How many more learners the limits allow, in the cluster and on each node.</summary>
internal sealed class LearnerBudget
{
    private readonly Dictionary<NodeId, int> _onNode = [];
    private readonly int _mostPerNode;
    private int _left;

    /// <summary>What the view's present learners leave of its limits.</summary>
    public LearnerBudget(ClusterView view)
    {
        _mostPerNode = view.Settings.MaxLearnersPerNode;
        _left = view.Settings.MaxLearners;
        foreach (var learner in view.Partitions.SelectMany(partition => partition.Configuration.Learners))
        {
            Count(learner);
        }
    }

    /// <summary>Takes one learner on the node out of the budget, or returns false if there is none left.</summary>
    public bool TryTake(NodeId node)
    {
        if (_left <= 0 || _onNode.GetValueOrDefault(node) >= _mostPerNode)
        {
            return false;
        }

        Count(node);
        return true;
    }

    private void Count(NodeId node)
    {
        _left--;
        _onNode[node] = _onNode.GetValueOrDefault(node) + 1;
    }
}
