using Catena.Core.Data;
using Catena.Core.Primitives;

namespace Catena.Core.Transactions;

/// <summary>Which keys and ranges of keys of a partition are locked by transactions that are prepared there.</summary>
/// <remarks>
/// It says what the log says, whether applied or not, and is made anew from the partition's state and log whenever a replica begins to decide: locks outlive a failover because the
/// records do. Not thread-safe: the partition's lock guards it.
/// </remarks>
public sealed class LockTable
{
    private readonly Dictionary<byte[], KeyLock> _keys = new(ByteKeyComparer.Instance);
    private readonly SortedDictionary<TransactionId, PreparedTransaction> _prepared = [];
    private int _withRanges;

    /// <summary>Whether nothing is locked.</summary>
    public bool IsEmpty => _prepared.Count == 0;

    /// <summary>What is prepared, the oldest first.</summary>
    public IReadOnlyCollection<PreparedTransaction> Prepared => _prepared.Values;

    /// <summary>Finds what is prepared of a transaction.</summary>
    public PreparedTransaction? Find(in TransactionId id) => _prepared.GetValueOrDefault(id);

    /// <summary>Takes what an entry changes of the partition's records.</summary>
    /// <param name="mutation">Any mutation of the log, in order.</param>
    /// <returns>The transaction that holds fewer locks now; none where nothing was freed.</returns>
    public TransactionId Note(in Mutation mutation)
    {
        if (!TransactionKeys.IsPrepared(mutation.Key, out var id))
        {
            return default;
        }

        var freed = Remove(id) ? id : default;
        if (mutation.Kind == MutationKind.Put)
        {
            Add(PreparedTransaction.Read(mutation.Value));
        }

        return freed;
    }

    /// <summary>Who keeps others from a key.</summary>
    /// <param name="storedKey">The key.</param>
    /// <param name="isExclusive">Whether it is to be written.</param>
    /// <param name="self">Whose own locks do not count.</param>
    /// <returns>The oldest that is in the way; null where nobody is.</returns>
    public PreparedTransaction? FindHolder(ReadOnlySpan<byte> storedKey, bool isExclusive, in TransactionId self)
    {
        PreparedTransaction? oldest = null;
        if (_keys.Count > 0 && _keys.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(storedKey, out var held))
        {
            foreach (var (holder, holdsAlone) in held.Holders)
            {
                if (holder.Id != self && (isExclusive || holdsAlone) && (oldest is null || holder.Id < oldest.Id))
                {
                    oldest = holder;
                }
            }
        }

        return isExclusive && _withRanges > 0 ? OldestOf(oldest, FindScanner(storedKey, self)) : oldest;
    }

    /// <summary>Who keeps others from scanning a range: whoever has written, or may write, a key of it.</summary>
    /// <param name="range">The range.</param>
    /// <param name="self">Whose own locks do not count.</param>
    /// <returns>The oldest that is in the way; null where nobody is.</returns>
    public PreparedTransaction? FindHolder(KeyRange range, in TransactionId self)
    {
        foreach (var prepared in _prepared.Values)
        {
            if (prepared.Id != self && prepared.KeepsFrom(range))
            {
                return prepared;
            }
        }

        return null;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _keys.Clear();
        _prepared.Clear();
        _withRanges = 0;
    }

    private static PreparedTransaction? OldestOf(PreparedTransaction? left, PreparedTransaction? right) =>
        left is null || (right is not null && right.Id < left.Id) ? right : left;

    private PreparedTransaction? FindScanner(ReadOnlySpan<byte> storedKey, in TransactionId self)
    {
        foreach (var prepared in _prepared.Values)
        {
            if (prepared.Id != self && prepared.HasScanned(storedKey))
            {
                return prepared;
            }
        }

        return null;
    }

    private void Add(PreparedTransaction prepared)
    {
        _prepared.Add(prepared.Id, prepared);
        _withRanges += prepared.Ranges.IsEmpty ? 0 : 1;
        foreach (var (key, isExclusive) in prepared.Locks)
        {
            if (!_keys.TryGetValue(key, out var held))
            {
                held = new KeyLock([]);
                _keys.Add(key, held);
            }

            held.Holders.Add((prepared, isExclusive));
        }
    }

    private bool Remove(in TransactionId id)
    {
        if (!_prepared.Remove(id, out var prepared))
        {
            return false;
        }

        _withRanges -= prepared.Ranges.IsEmpty ? 0 : 1;
        foreach (var (key, _) in prepared.Locks)
        {
            var holders = _keys[key].Holders;
            holders.RemoveAll(holder => holder.Holder == prepared);
            if (holders.Count == 0)
            {
                _keys.Remove(key);
            }
        }

        return true;
    }

    private readonly record struct KeyLock(List<(PreparedTransaction Holder, bool HoldsAlone)> Holders);
}
