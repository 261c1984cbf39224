using Catena.Core.Primitives;
using Catena.Core.Replication.Messages;

namespace Catena.Storage.Partitions;

/// <summary>What a partition's state summed up to at the last few positions at which every replica takes it down.</summary>
internal sealed class SumBook
{
    private const ulong Every = 1024;
    private const int Kept = 4;

    private readonly Queue<StateSum> _sums = new(Kept);

    /// <summary>Whether the sum is taken down at this sequence.</summary>
    internal static bool IsDue(ulong sequence) => sequence % Every == 0;

    /// <summary>Takes a sum down.</summary>
    internal void Record(in Lsn at, ulong sum)
    {
        if (_sums.Count == Kept)
        {
            _sums.Dequeue();
        }

        _sums.Enqueue(new StateSum(at, sum));
    }

    /// <summary>Forgets everything: the state was replaced.</summary>
    internal void Clear() => _sums.Clear();

    /// <summary>The sums, oldest first.</summary>
    internal IEnumerable<StateSum> All => _sums;
}
