using Catena.Cli.Bench;
using Catena.Cli.Bench.Workloads;
using Catena.Cli.CommandLine;

namespace Catena.Compare.Redis;

/// <summary>The operations of another source, each at the node that leads its key, as long as the slots stay where they are.</summary>
/// <param name="source">What there is to do; single reads and writes.</param>
/// <param name="keys">The keys of all records.</param>
/// <param name="slots">Where they are.</param>
/// <param name="keepsAll">Whether what is drawn for another node waits until that one asks; otherwise it is forgotten, which makes no difference where all records are drawn alike.</param>
internal sealed class PlacedOperations(IOperationSource source, RecordKeys keys, ClusterSlots slots, bool keepsAll) : IPlacedOperations
{
    private readonly Dictionary<HostPort, Queue<DrawnOperation>> _waiting = slots.Nodes.ToDictionary(node => node, _ => new Queue<DrawnOperation>());
    private readonly byte[] _key = new byte[RecordKeys.MostBytes];

    /// <inheritdoc />
    public bool IsDone => source.IsDone && _waiting.Values.All(queue => queue.Count == 0);

    /// <inheritdoc />
    public bool TryNext(out DrawnOperation operation) => throw new NotSupportedException("each operation has its node");

    /// <inheritdoc />
    public bool TryNext(HostPort node, out DrawnOperation operation)
    {
        if (_waiting[node].TryDequeue(out operation))
        {
            return true;
        }

        while (source.TryNext(out operation))
        {
            var leader = slots.LeaderOf(keys.Write(_key, operation.Record));
            if (leader == node)
            {
                return true;
            }

            if (keepsAll)
            {
                _waiting[leader].Enqueue(operation);
            }
        }

        return false;
    }

    /// <inheritdoc />
    public void Ended(in DrawnOperation operation, OperationOutcome outcome) => source.Ended(operation, outcome);
}
