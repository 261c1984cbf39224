using Catena.Core.Primitives;
using Catena.Simulation.Histories;

namespace Catena.Simulation.Tests.Checkers.Transactions;

/// <summary>Draws histories of transactions.</summary>
/// <param name="random">Draws.</param>
/// <param name="lists">Whether they are of lists; else of registers.</param>
/// <param name="keys">How many keys there are at a time.</param>
internal sealed class RandomTransactions(Prng random, bool lists, int keys)
{
    /// <summary>How many writes a key gets before another takes its place, so that lists do not grow for ever.</summary>
    private const int WritesOfKey = 50;

    private readonly Dictionary<string, List<long>> _state = new(StringComparer.Ordinal);
    private int _writes;

    /// <summary>A strictly serializable history: a serial execution whose transactions are called before, and return after, the moment at which they happen.</summary>
    /// <param name="count">How many transactions.</param>
    /// <param name="processes">How many overlap at most.</param>
    /// <param name="unknown">The probability that an outcome is unknown; half of these happen.</param>
    public List<TransactionOperation> Good(int count, int processes, double unknown)
    {
        var history = new List<TransactionOperation>();
        var free = new long[processes];
        var process = Enumerable.Range(0, processes).ToArray();
        long time = 0;
        for (var number = 0; number < count; number++)
        {
            var place = random.Next(processes);
            time = Math.Max(time + 1, free[place] + 1);
            var call = random.Between(Math.Max(free[place], time - 20), time);
            var end = time + random.Between(0, 20);
            free[place] = end + 1;
            var steps = Steps();
            var outcome = random.Chance(unknown) ? Outcome.Unknown : random.Chance(unknown / 3) ? Outcome.Fail : Outcome.Ok;
            if (outcome == Outcome.Ok || (outcome == Outcome.Unknown && random.Chance(0.5)))
            {
                steps = Execute(steps);
            }

            var isOk = outcome == Outcome.Ok;
            history.Add(new TransactionOperation(
                process[place], call, outcome == Outcome.Unknown && random.Chance(0.5) ? null : end, outcome, isOk ? steps : [.. steps.Select(step => step.Unanswered())]));
            process[place] += outcome == Outcome.Unknown ? processes : 0;
        }

        return history;
    }

    /// <summary>Changes what one read of an answered transaction found; false if nothing was there to change.</summary>
    /// <param name="history">The history.</param>
    public bool Corrupt(List<TransactionOperation> history)
    {
        var place = random.Next(history.Count);
        var reads = Enumerable.Range(0, history[place].Operations.Count).Where(step => history[place].Operations[step].Kind == MicroOperationKind.Read).ToList();
        if (history[place].Outcome != Outcome.Ok || reads.Count == 0)
        {
            return false;
        }

        var steps = history[place].Operations.ToList();
        var index = reads[random.Next(reads.Count)];
        var corrupted = lists ? CorruptedList(steps[index], history) : CorruptedValue(steps[index], history);
        if (corrupted is null)
        {
            return false;
        }

        steps[index] = corrupted;
        history[place] = history[place] with { Operations = steps };
        return true;
    }

    /// <summary>Moves one transaction in time, away from its process.</summary>
    public static bool Shift(List<TransactionOperation> history, Prng random)
    {
        var place = random.Next(history.Count);
        var by = random.Between(-10, 10);
        var moved = history[place];
        history[place] = moved with { Process = -1 - place, Call = moved.Call + by, Return = moved.Return + by };
        return true;
    }

    private MicroOperation? CorruptedList(MicroOperation read, List<TransactionOperation> history)
    {
        var list = (read.List ?? []).ToList();
        if (random.Chance(0.3) || list.Count == 0)
        {
            var others = history
                .SelectMany(transaction => transaction.Operations)
                .Where(step => step.Kind == MicroOperationKind.Append && step.Key == read.Key && !list.Contains(step.Value!.Value))
                .ToList();
            return others.Count == 0 ? null : MicroOperation.ReadList(read.Key, [.. list, others[random.Next(others.Count)].Value!.Value]);
        }

        if (random.Chance(0.5))
        {
            return MicroOperation.ReadList(read.Key, list[..random.Next(list.Count)]);
        }

        list.RemoveAt(random.Next(list.Count));
        return MicroOperation.ReadList(read.Key, list);
    }

    private MicroOperation? CorruptedValue(MicroOperation read, List<TransactionOperation> history)
    {
        var others = history
            .SelectMany(transaction => transaction.Operations)
            .Where(step => step.Kind == MicroOperationKind.Write && step.Key == read.Key && step.Value != read.Value)
            .ToList();
        return others.Count == 0 ? null : MicroOperation.ReadValue(read.Key, random.Chance(0.2) && read.Value is not null ? null : others[random.Next(others.Count)].Value);
    }

    private List<MicroOperation> Steps()
    {
        var steps = new List<MicroOperation>();
        for (var step = random.Next(4); step >= 0; step--)
        {
            var key = FormattableString.Invariant($"{random.Next(keys) + (_writes / (WritesOfKey * keys) * keys)}");
            steps.Add(
                random.Chance(0.5) ? MicroOperation.Read(key)
                : lists ? MicroOperation.Append(key, ++_writes)
                : MicroOperation.Write(key, ++_writes));
        }

        return steps;
    }

    private List<MicroOperation> Execute(List<MicroOperation> steps) => steps.ConvertAll(step =>
    {
        if (!_state.TryGetValue(step.Key, out var state))
        {
            _state.Add(step.Key, state = []);
        }

        if (step.Kind != MicroOperationKind.Read)
        {
            state.Add(step.Value!.Value);
            return step;
        }

        return lists ? MicroOperation.ReadList(step.Key, [.. state]) : MicroOperation.ReadValue(step.Key, state.Count > 0 ? state[^1] : null);
    });
}
