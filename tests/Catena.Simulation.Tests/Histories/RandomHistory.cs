using Catena.Core.Primitives;
using Catena.Simulation.Histories;

namespace Catena.Simulation.Tests.Histories;

/// <summary>Draws operations and histories.</summary>
internal static class RandomHistory
{
    /// <summary>Any operation that can be written down.</summary>
    public static HistoryOperation Operation(Prng random)
    {
        var outcome = (Outcome)random.Next(3);
        var call = random.Between(0, long.MaxValue / 2);
        return new HistoryOperation(
            random.Next(100), Text(random), Command(random), call, call + random.Between(0, 1_000_000), outcome, outcome == Outcome.Ok ? Result(random) : null);
    }

    /// <summary>A few operations on one key, with so few values and moments that about half of such histories are linearizable.</summary>
    public static List<HistoryOperation> Small(Prng random)
    {
        var history = new List<HistoryOperation>();
        var count = random.Next(6) + 1;
        for (var number = 0; number < count; number++)
        {
            var call = random.Between(0, 8);
            var outcome = random.Chance(0.25) ? Outcome.Unknown : random.Chance(0.05) ? Outcome.Fail : Outcome.Ok;
            var command = SmallCommand(random);
            history.Add(new HistoryOperation(
                number, "k", command, call, call + random.Between(0, 5), outcome, outcome == Outcome.Ok ? SmallResult(command, random) : null));
        }

        return history;
    }

    /// <summary>A linearizable history of many overlapping operations on one key, some of unknown outcome.</summary>
    /// <param name="random">Draws.</param>
    /// <param name="count">How many operations.</param>
    /// <param name="clients">How many overlap at most.</param>
    /// <param name="unknown">The probability that an outcome is unknown.</param>
    /// <param name="kinds">The operations to draw from.</param>
    public static List<HistoryOperation> Good(Prng random, int count, int clients, double unknown, params RegisterOperation[] kinds)
    {
        var register = new AtomicRegister();
        var history = new List<HistoryOperation>();
        var free = new long[clients];
        long time = 0;
        for (var number = 0; number < count; number++)
        {
            // It takes effect at a moment of its own, after all before it, between its call and its return.
            var client = random.Next(clients);
            time = Math.Max(time + 1, free[client] + 1);
            var call = random.Between(Math.Max(free[client], time - 50), time);
            var end = time + random.Between(0, 50);
            free[client] = end + 1;
            var command = register.Command(kinds[random.Next(kinds.Length)], number, random);
            var isUnknown = random.Chance(unknown);
            if (isUnknown && random.Chance(0.5))
            {
                history.Add(new HistoryOperation(client, "k", command, call, end, Outcome.Unknown, null));
                continue;
            }

            var result = register.Execute(command);
            history.Add(new HistoryOperation(client, "k", command, call, end, isUnknown ? Outcome.Unknown : Outcome.Ok, isUnknown ? null : result));
        }

        return history;
    }

    private static RegisterCommand SmallCommand(Prng random) => random.Next(8) switch
    {
        0 or 1 or 2 => RegisterCommand.Get,
        3 or 4 => RegisterCommand.Put(SmallValue(random)),
        5 => RegisterCommand.Delete,
        6 => random.Chance(0.5) ? RegisterCommand.Append(SmallValue(random)) : RegisterCommand.Increment(random.Between(-1, 2)),
        _ => RegisterCommand.CompareAndSet(random.Chance(0.5) ? null : SmallVersion(random), SmallValue(random)),
    };

    private static RegisterResult SmallResult(RegisterCommand command, Prng random)
    {
        var version = random.Chance(0.3) ? SmallVersion(random) : (Lsn?)null;
        bool? found = random.Chance(0.5) ? null : random.Chance(0.5);
        return command.Operation switch
        {
            RegisterOperation.Get => random.Chance(0.35)
                ? new RegisterResult { Found = false }
                : new RegisterResult { Found = true, Value = random.Chance(0.9) ? SmallValue(random) + (random.Chance(0.2) ? SmallValue(random) : "") : null, Version = version },
            RegisterOperation.Delete => new RegisterResult { Found = found, Version = random.Chance(0.2) ? version : null },
            RegisterOperation.Put => new RegisterResult { Found = found, Version = version },
            RegisterOperation.Append => new RegisterResult { Value = random.Chance(0.5) ? null : (random.Chance(0.5) ? SmallValue(random) : "") + command.Value, Version = version },
            RegisterOperation.Increment => random.Chance(0.1)
                ? new RegisterResult { Applied = false }
                : new RegisterResult { Value = random.Chance(0.5) ? null : SmallValue(random), Version = version },
            RegisterOperation.CompareAndSet => random.Chance(0.4) ? new RegisterResult { Applied = false } : new RegisterResult { Version = version },
            _ => new RegisterResult { Version = version },
        };
    }

    private static string SmallValue(Prng random) => random.Next(2) == 0 ? "1" : "2";

    private static Lsn SmallVersion(Prng random) => new(new Epoch(1), (ulong)random.Next(4) + 1);

    private static string Text(Prng random) =>
        string.Concat(Enumerable.Range(0, random.Next(5)).Select(_ => char.ConvertFromUtf32(random.Chance(0.7) ? random.Next(0x80) : 0x1F600 + random.Next(40))));

    private static Lsn Version(Prng random) => new(new Epoch(random.NextUInt64()), random.NextUInt64());

    private static RegisterCommand Command(Prng random) => random.Next(6) switch
    {
        0 => RegisterCommand.Get,
        1 => RegisterCommand.Put(Text(random)),
        2 => RegisterCommand.Delete,
        3 => RegisterCommand.Increment((long)random.NextUInt64()),
        4 => RegisterCommand.Append(Text(random)),
        _ => RegisterCommand.CompareAndSet(random.Chance(0.5) ? null : Version(random), Text(random)),
    };

    private static RegisterResult Result(Prng random) => new()
    {
        Applied = random.Chance(0.5) ? null : random.Chance(0.5),
        Found = random.Chance(0.5) ? null : random.Chance(0.5),
        Value = random.Chance(0.5) ? null : Text(random),
        Version = random.Chance(0.5) ? null : Version(random),
    };
}
