using Catena.Core.Commands;
using Catena.Core.Data;
using Catena.Core.Transactions;

namespace Catena.Server.Partitions;

/// <summary>Collects the keys that a command needs, and finds who is in its way.</summary>
internal struct LockCheck(LockTable locks, LockQueue queue, TransactionId self) : ICommandKeyVisitor
{
    /// <summary>What the command needs.</summary>
    internal LockNeeds Needs { get; } = new();

    /// <summary>The oldest transaction that holds a key; null where none does.</summary>
    internal PreparedTransaction? Holder { get; private set; }

    /// <summary>Whether an older command waits for a key that this one would hold on to.</summary>
    internal bool IsBehind { get; private set; }

    /// <summary>Whether the command has to wait.</summary>
    internal readonly bool Waits => Holder is not null || IsBehind;

    public void Visit(ReadOnlySpan<byte> storedKey, KeyAccess access) => Need(storedKey, (access & KeyAccess.Write) != 0);

    /// <summary>Adds what a part reads and writes.</summary>
    internal void Visit(TransactionPart part)
    {
        for (var reads = part.Reads; reads.MoveNext();)
        {
            Need(reads.Key, (part.Flags & PartFlags.Locks) != 0);
        }

        for (var writes = new MutationReader(part.Writes); writes.MoveNext();)
        {
            Need(writes.Current.Key, isExclusive: true);
        }

        for (var ranges = part.Ranges; ranges.MoveNext();)
        {
            Need(ranges.Range);
        }
    }

    /// <summary>Adds a range that is scanned.</summary>
    internal void VisitRange(in Command command) => Need(KeyRange.Of(command));

    /// <summary>Adds keys that are read, in their stored form.</summary>
    internal void VisitStored(ReadOnlySpan<byte> keys)
    {
        foreach (var key in new PackedList(keys))
        {
            Need(key, isExclusive: false);
        }
    }

    /// <summary>Adds keys that are written, in their stored form, each with its value behind it.</summary>
    internal void VisitStoredPairs(ReadOnlySpan<byte> pairs)
    {
        var items = new PackedList(pairs);
        while (items.MoveNext())
        {
            Need(items.Current, isExclusive: true);
            items.MoveNext();
        }
    }

    /// <summary>Waits for whoever holds anything of a table.</summary>
    internal void NeedTable(ushort table) => Holder = locks.Prepared.FirstOrDefault(prepared => prepared.HoldsOf(table));

    private void Need(ReadOnlySpan<byte> storedKey, bool isExclusive)
    {
        Meet(locks.FindHolder(storedKey, isExclusive, self));

        // Only who would hold on to the key can keep the other waiting for long.
        IsBehind |= !self.IsNone && queue.IsClaimed(storedKey, isExclusive, self);
        Needs.Keys.Add((storedKey.ToArray(), isExclusive));
    }

    private void Need(KeyRange range)
    {
        Meet(locks.FindHolder(range, self));
        IsBehind |= !self.IsNone && queue.IsClaimed(range, self);
        Needs.Ranges.Add(range);
    }

    private void Meet(PreparedTransaction? holder)
    {
        if (holder is not null && (Holder is null || holder.Id < Holder.Id))
        {
            Holder = holder;
        }
    }
}
