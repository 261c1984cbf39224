using Catena.Simulation.Histories;

namespace Catena.Simulation.Checkers.Transactions;

/// <summary>Goes through the transactions of a history of registers, and checks each against itself.</summary>
internal static class RegisterReads
{
    /// <summary>What is known of each key, without the order of its versions.</summary>
    /// <param name="table">The history; what is wrong with single transactions is noted there, and who happened.</param>
    public static SortedDictionary<string, RegisterKey> Collect(TransactionTable table)
    {
        var keys = new SortedDictionary<string, RegisterKey>(StringComparer.Ordinal);
        foreach (var place in table.Answered)
        {
            CollectReads(table, place, keys);
        }

        // Only now is it known which of the transactions of unknown outcome happened.
        for (var place = 0; place < table.History.Count; place++)
        {
            if (table.Happened[place])
            {
                CollectWrites(table, place, keys);
            }
        }

        return keys;
    }

    private static void CollectReads(TransactionTable table, int place, SortedDictionary<string, RegisterKey> keys)
    {
        var transaction = table.History[place];
        var present = new Dictionary<string, long?>(StringComparer.Ordinal);
        foreach (var step in transaction.Operations)
        {
            if (step.Kind == MicroOperationKind.Write)
            {
                present[step.Key] = step.Value;
            }
            else if (!present.TryGetValue(step.Key, out var expected))
            {
                present.Add(step.Key, step.Value);
                var version = KeyOf(keys, step.Key).Version(step.Value);
                version.Readers.Add(place);
                version.Seen(place, transaction.Call, transaction.Return!.Value);
                if (step.Value is { } value)
                {
                    table.Observe(place, step.Key, value, isForeign: true, isNewest: true);
                }
            }
            else if (expected != step.Value)
            {
                table.Add(AnomalyKind.Internal, [place], $"T{place} read {step}, though it had {MicroOperation.ReadValue(step.Key, expected)} before");
            }
        }
    }

    private static void CollectWrites(TransactionTable table, int place, SortedDictionary<string, RegisterKey> keys)
    {
        var transaction = table.History[place];
        var read = new Dictionary<string, long?>(StringComparer.Ordinal);
        var written = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var step in transaction.Operations)
        {
            if (step.Kind == MicroOperationKind.Write)
            {
                written[step.Key] = step.Value!.Value;
            }
            else if (transaction.Outcome == Outcome.Ok && !written.ContainsKey(step.Key))
            {
                read.TryAdd(step.Key, step.Value);
            }
        }

        foreach (var (name, value) in written)
        {
            var key = KeyOf(keys, name);
            var version = key.Version(value);
            version.Writer = place;
            if (transaction.Outcome == Outcome.Ok)
            {
                version.Seen(place, transaction.Call, transaction.Return!.Value);
            }

            if (read.TryGetValue(name, out var before))
            {
                key.Updates.Add((before, place, value));
            }
        }
    }

    private static RegisterKey KeyOf(SortedDictionary<string, RegisterKey> keys, string name)
    {
        if (!keys.TryGetValue(name, out var key))
        {
            keys.Add(name, key = new RegisterKey());
        }

        return key;
    }
}
