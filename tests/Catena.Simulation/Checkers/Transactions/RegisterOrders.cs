using Catena.Simulation.Histories;

namespace Catena.Simulation.Checkers.Transactions;

/// <summary>Finds what transactions tell of the order of versions, without real time.</summary>
/// <remarks>
/// Who reads a version and writes another puts the other after the one. Who reads any value of another transaction comes after all of it: what it writes
/// itself is newer than the other's version of the same key, and if it reads someone else's version of such a key, that has come between. So
/// a reader that sees one half of each of two transactions puts each before the other.
/// </remarks>
internal static class RegisterOrders
{
    /// <summary>Notes the orders with the keys.</summary>
    public static void Find(TransactionTable table, SortedDictionary<string, RegisterKey> keys)
    {
        foreach (var (name, key) in keys)
        {
            foreach (var (read, transaction, written) in key.Updates.Where(update => update.Read is not null))
            {
                key.Orders.Add((key.Version(read), transaction, new Evidence(EvidenceKind.ReadThenWritten, name, read, written)));
            }
        }

        var writes = table.History.Select(LastWrites).ToList();
        foreach (var place in table.Answered)
        {
            var reads = ForeignReads(table.History[place]);
            var writers = new SortedSet<int>();
            foreach (var (name, value) in reads)
            {
                if (value is { } present && table.WriterOf(name, present) is { } writer && writer.Transaction != place)
                {
                    writers.Add(writer.Transaction);
                }
            }

            foreach (var writer in writers)
            {
                foreach (var (name, older) in writes[writer])
                {
                    Compare(table, keys[name], name, (writer, older), (place, reads, writes[place]));
                }
            }
        }
    }

    private static void Compare(
        TransactionTable table,
        RegisterKey key,
        string name,
        (int Transaction, long Value) older,
        (int Transaction, SortedDictionary<string, long?> Reads, SortedDictionary<string, long> Writes) later)
    {
        var isRead = later.Reads.TryGetValue(name, out var read);
        if (later.Writes.TryGetValue(name, out var written) && !(isRead && read == older.Value))
        {
            var evidence = new Evidence(EvidenceKind.WrittenAfterRead, name, older.Value, written) { Earlier = older.Transaction, Later = later.Transaction };
            key.Orders.Add((key.Version(older.Value), later.Transaction, evidence));
        }

        if (read is { } newer && newer != older.Value && table.WriterOf(name, newer) is { IsLast: true } writer && writer.Transaction != later.Transaction)
        {
            var evidence = new Evidence(EvidenceKind.ReadTogether, name, older.Value, newer) { Earlier = older.Transaction, Later = later.Transaction };
            key.Orders.Add((key.Version(older.Value), writer.Transaction, evidence));
        }
    }

    private static SortedDictionary<string, long> LastWrites(TransactionOperation transaction)
    {
        var writes = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var step in transaction.Operations.Where(step => step.Kind == MicroOperationKind.Write))
        {
            writes[step.Key] = step.Value!.Value;
        }

        return writes;
    }

    private static SortedDictionary<string, long?> ForeignReads(TransactionOperation transaction)
    {
        var reads = new SortedDictionary<string, long?>(StringComparer.Ordinal);
        var written = new HashSet<string>(StringComparer.Ordinal);
        foreach (var step in transaction.Operations)
        {
            if (step.Kind == MicroOperationKind.Write)
            {
                written.Add(step.Key);
            }
            else if (!written.Contains(step.Key))
            {
                reads.TryAdd(step.Key, step.Value);
            }
        }

        return reads;
    }
}
