using Catena.Core.Commands;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Primitives;

namespace Catena.Core.Transactions.Coordination;

/// <summary>Sorts the keys that a program names by partition.</summary>
internal ref struct ShareCollector(SortedDictionary<PartitionId, TransactionShare> shares, PartitionMap map) : ICommandKeyVisitor
{
    private readonly SortedDictionary<PartitionId, TransactionShare> _shares = shares;
    private readonly PartitionMap _map = map;

    /// <summary>How many keys there were, repetitions counted.</summary>
    internal int Count { get; private set; }

    public void Visit(ReadOnlySpan<byte> storedKey, KeyAccess access)
    {
        var partition = _map.Of(new HashSlot(StoredKey.Slot(storedKey)));
        if (!_shares.TryGetValue(partition, out var share))
        {
            share = new TransactionShare();
            _shares.Add(partition, share);
        }

        Count++;
        var key = storedKey.ToArray();
        share.Keys.Add(key);
        if ((access & KeyAccess.Read) != 0)
        {
            share.Reads.Add(key);
        }
    }
}
