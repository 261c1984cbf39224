using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Core.Tables;
using Catena.Core.Transactions;
using Catena.Storage.Partitions;

namespace Catena.Server.Partitions;

/// <summary>Which keys of the applied state are written by a transaction that is prepared: it may be committed already, and nobody may answer for them.</summary>
/// <remarks>
/// A key may seem to be one for the sake of another (<see cref="KeyCounters" />). Changed under the partition's lock. <see cref="MayBe" /> is for any thread: whoever asks it first and reads
/// the value afterwards misses nothing that was committed before he asked, since a transaction is decided only once it is applied as prepared wherever it is read, and
/// is struck out here only once its writes can be read.
/// </remarks>
internal sealed class PreparedKeys : IRecordObserver
{
    private readonly KeyCounters _counts = new();
    private readonly Dictionary<TransactionId, List<byte[]>> _prepared = [];

    /// <summary>Another number whenever keys were struck out.</summary>
    internal int Releases { get; private set; }

    /// <summary>Whether a key may be written by a transaction that is prepared.</summary>
    internal bool MayBe(ReadOnlySpan<byte> storedKey) => _counts.MayHave(storedKey);

    /// <summary>Whether a key of a range is written by a transaction that is prepared. Under the partition's lock.</summary>
    internal bool HasAny(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to)
    {
        foreach (var keys in _prepared.Values)
        {
            foreach (var key in keys)
            {
                if (ByteKeyComparer.IsBetween(key, from, to))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <inheritdoc />
    public void Applied(in Mutation mutation)
    {
        if (!TransactionKeys.IsPrepared(mutation.Key, out var id))
        {
            // Those of other kinds are only looked up where they stand.
            Invariant.Holds(TransactionKeys.IsDecision(mutation.Key, out _) || TableRecords.IsDropped(mutation.Key, out _), "a key of the partition's own is of no known kind");
            return;
        }

        if (_prepared.Remove(id, out var keys))
        {
            keys.ForEach(key => _counts.Add(KeyCounters.PlaceOf(key), -1));
            Releases++;
        }

        if (mutation.Kind == MutationKind.Put)
        {
            Add(PreparedTransaction.Read(mutation.Value));
        }
    }

    /// <summary>Begins anew, with nothing.</summary>
    internal void Clear()
    {
        _counts.Clear();
        _prepared.Clear();
        Releases++;
    }

    private void Add(PreparedTransaction prepared)
    {
        var keys = prepared.Locks.Where(held => held.IsExclusive).Select(held => held.Key).ToList();
        keys.ForEach(key => _counts.Add(KeyCounters.PlaceOf(key), 1));
        _prepared.Add(prepared.Id, keys);
    }
}
