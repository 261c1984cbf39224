using Catena.Faults.Cluster;

namespace Catena.Faults.Checking;

/// <summary>Finds transactions that have not ended though nobody asks any more.</summary>
internal static class OpenTransactions
{
    /// <summary>What is not over yet: a node is at work on a transaction, or a partition has one prepared, whose keys are locked.</summary>
    /// <remarks>A decision that is kept longer holds nothing (docs/transactions.md, Who recovers what).</remarks>
    /// <param name="nodes">What the nodes tell; null of one that does not answer.</param>
    /// <returns>Null if nothing is.</returns>
    public static string? Lack(IReadOnlyList<NodeTransactions?> nodes)
    {
        if (nodes.Contains(null))
        {
            return "a node does not tell of its transactions";
        }

        var busy = nodes.OfType<NodeTransactions>().FirstOrDefault(node => node.Work.Count > 0);
        if (busy is not null)
        {
            return FormattableString.Invariant($"{busy.Node} is at work on {busy.Work.Count} transactions: {string.Join("; ", busy.Work.Take(8))}");
        }

        var held = nodes.OfType<NodeTransactions>().SelectMany(node => node.Held.Select(one => (node.Node, one.Partition, one.Id))).ToList();
        return held.Count == 0
            ? null
            : FormattableString.Invariant($"{held.Count} transactions hold keys locked; partition {held[0].Partition} at {held[0].Node} has {held[0].Id} prepared");
    }
}
