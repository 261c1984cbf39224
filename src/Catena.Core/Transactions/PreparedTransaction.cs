using System.Collections.Immutable;
using Catena.Core.Data;
using Catena.Core.Primitives;

namespace Catena.Core.Transactions;

/// <summary>What a partition has prepared of a transaction: the keys that it keeps locked until it hears the decision.</summary>
public sealed class PreparedTransaction
{
    private PreparedTransaction(in TransactionPart part, ImmutableArray<(byte[] Key, bool IsExclusive)> locks)
    {
        Id = part.Id;
        Home = part.Home;
        Others = part.Others;
        IsExternal = (part.Flags & PartFlags.External) != 0;
        LocksFirst = (part.Flags & PartFlags.Locks) != 0;
        Locks = locks;
        Ranges = RangesOf(part.Ranges);
    }

    /// <summary>The transaction.</summary>
    public TransactionId Id { get; }

    /// <summary>The partition whose log holds the decision.</summary>
    public PartitionId Home { get; }

    /// <summary>The partitions that take part beside the home partition.</summary>
    public PartitionId[] Others { get; }

    /// <summary>Whether somebody outside the cluster decides.</summary>
    public bool IsExternal { get; }

    /// <summary>Whether it locked before it read: what it reads next is up to its coordinator, which may take its time.</summary>
    public bool LocksFirst { get; }

    /// <summary>The locked keys, in their stored form; those that are written, or locked before anything is known of them, are nobody else's to read.</summary>
    public ImmutableArray<(byte[] Key, bool IsExclusive)> Locks { get; }

    /// <summary>The locked ranges: who holds none of it may write no key there, whether or not there is one.</summary>
    public ImmutableArray<KeyRange> Ranges { get; }

    /// <summary>Whether a key of a range is locked so that nobody else may read it.</summary>
    public bool KeepsFrom(KeyRange range)
    {
        ArgumentNullException.ThrowIfNull(range);
        foreach (var (key, isExclusive) in Locks)
        {
            if (isExclusive && range.Contains(key))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a key or range of a table is locked.</summary>
    public bool HoldsOf(ushort table)
    {
        foreach (var (key, _) in Locks)
        {
            if (StoredKey.Table(key) == table)
            {
                return true;
            }
        }

        foreach (var range in Ranges)
        {
            if (range.Table == table)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a key lies in a locked range.</summary>
    public bool HasScanned(ReadOnlySpan<byte> storedKey)
    {
        foreach (var range in Ranges)
        {
            if (range.Contains(storedKey))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Reads what a partition keeps of a prepared transaction.</summary>
    /// <param name="record">The value under its key (<see cref="TransactionKeys" />): a <see cref="TransactionPart" />.</param>
    public static PreparedTransaction Read(ReadOnlySpan<byte> record)
    {
        Invariant.Holds(TransactionPart.TryRead(record, out var part), "the record of a prepared transaction is malformed");
        var locks = new Dictionary<byte[], bool>(ByteKeyComparer.Instance);
        for (var reads = part.Reads; reads.MoveNext();)
        {
            locks[reads.Key.ToArray()] = (part.Flags & PartFlags.Locks) != 0;
        }

        for (var writes = new MutationReader(part.Writes); writes.MoveNext();)
        {
            locks[writes.Current.Key.ToArray()] = true;
        }

        return new PreparedTransaction(part, [.. locks.Select(pair => (pair.Key, pair.Value))]);
    }

    private static ImmutableArray<KeyRange> RangesOf(PartRanges ranges)
    {
        var all = ImmutableArray.CreateBuilder<KeyRange>();
        while (ranges.MoveNext())
        {
            all.Add(ranges.Range);
        }

        return all.DrainToImmutable();
    }
}
