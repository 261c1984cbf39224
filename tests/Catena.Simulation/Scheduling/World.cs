using System.Globalization;
using Catena.Core.Primitives;
using Catena.Simulation.Timelines;

namespace Catena.Simulation.Scheduling;

/// <summary>A discrete-event scheduler with virtual time, in which everything follows from one seed.</summary>
/// <remarks>
/// <para>
/// One thread runs it. Events happen in order of their time, those of one moment in the order in which they were scheduled. Every event that
/// happens is folded into a hash, the <see cref="Unseed" />: two runs of one seed that end with different hashes have drawn on something that the
/// seed does not decide. (FoundationDB prints the final state of its random generator under the same name and for the same purpose.)
/// </para>
/// <para>
/// Random numbers come from generators by concern (<see cref="Random" />), each decided by the seed and the concern's name alone, so that one more
/// draw in one part changes nothing in another, and a failing seed stays the same failing seed when an unrelated part grows.
/// </para>
/// </remarks>
public sealed class World
{
    private readonly PriorityQueue<ScheduledEvent, (long At, ulong Order)> _queue = new();
    private readonly List<Action> _observers = [];
    private readonly List<Violation> _violations = [];
    private readonly Action<string>? _trace;
    private RunningHash _hash;
    private ulong _scheduled;

    /// <summary>A world at time 0, with nothing scheduled.</summary>
    /// <param name="seed">Decides everything that is drawn.</param>
    /// <param name="trace">Receives a readable line for each event; null for none. It never changes what happens.</param>
    public World(ulong seed, Action<string>? trace = null)
    {
        Seed = seed;
        _trace = trace;
        _hash.Fold(seed);
    }

    /// <summary>The number that decides this world.</summary>
    public ulong Seed { get; }

    /// <summary>Virtual time in nanoseconds since the beginning.</summary>
    public long Now { get; private set; }

    /// <summary>How many events have happened.</summary>
    public ulong Events { get; private set; }

    /// <summary>The most events a world may see: one that takes more has a loop that does not come to rest.</summary>
    public ulong EventLimit { get; init; } = 50_000_000;

    /// <summary>The hash over everything that has happened.</summary>
    public ulong Unseed => _hash.Value;

    /// <summary>What checkers have complained of; the world stands still after the first.</summary>
    public IReadOnlyList<Violation> Violations => _violations;

    /// <summary>Whether trace lines go anywhere; ask before building one.</summary>
    public bool Tracing => _trace is not null;

    /// <summary>Keeps what happens, for a page that shows it; null for nobody. It never changes what happens.</summary>
    internal Timeline? Timeline { get; init; }

    /// <summary>A generator for one concern, decided by seed and name, whatever else was drawn before.</summary>
    /// <param name="concern">A name that nobody else uses, as in <c>network/1/2</c>.</param>
    public Prng Random(string concern)
    {
        var hash = new RunningHash();
        hash.Fold(Seed);
        hash.Fold(concern);
        return new Prng(hash.Value);
    }

    /// <summary>Lets something happen after a delay.</summary>
    /// <param name="delay">Nanoseconds from now; 0 for "as the last event of this moment, so far".</param>
    /// <param name="kind">What it is.</param>
    /// <param name="subject">Whom it concerns.</param>
    /// <param name="action">What to do.</param>
    public ScheduledEvent Schedule(long delay, string kind, ulong subject, Action action)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(delay);
        var scheduled = new ScheduledEvent(checked(Now + delay), _scheduled++, kind, subject, action);
        _queue.Enqueue(scheduled, (scheduled.At, scheduled.Order));
        return scheduled;
    }

    /// <summary>Runs <paramref name="observer" /> after every event, for checkers that watch all the time.</summary>
    public void Observe(Action observer) => _observers.Add(observer);

    /// <summary>Adds a number to the hash: an outcome that no event shows.</summary>
    public void Fold(ulong value) => _hash.Fold(value);

    /// <summary>Writes a line to the trace, if there is one.</summary>
    public void Trace(string line) => _trace?.Invoke(string.Create(CultureInfo.InvariantCulture, $"{Duration.Print(Now)} {line}"));

    /// <summary>Records a broken promise and stops the world.</summary>
    public void Fail(string rule, string detail) => Fail(new Violation(rule, detail, Now));

    /// <summary>Records a broken promise and stops the world.</summary>
    public void Fail(Violation violation)
    {
        _violations.Add(violation);
        _hash.Fold(violation.Rule);
        if (Tracing)
        {
            Trace($"VIOLATION {violation.Rule}: {violation.Detail}");
        }
    }

    /// <summary>Lets the next event happen.</summary>
    /// <returns>False if there is none, or the world has stopped.</returns>
    public bool Step() => StepBefore(long.MaxValue);

    /// <summary>Lets everything of the next <paramref name="nanoseconds" /> happen, and moves the time to their end.</summary>
    public void RunFor(long nanoseconds)
    {
        var end = checked(Now + nanoseconds);
        while (StepBefore(end))
        {
        }

        if (_violations.Count == 0)
        {
            Now = end;
        }
    }

    /// <summary>Lets events happen until a condition holds.</summary>
    /// <param name="condition">Asked after each event.</param>
    /// <param name="limit">The longest to wait, in nanoseconds from now.</param>
    /// <returns>Whether the condition held.</returns>
    public bool RunUntil(Func<bool> condition, long limit)
    {
        var end = checked(Now + limit);
        while (!condition())
        {
            if (!StepBefore(end))
            {
                if (_violations.Count == 0)
                {
                    Now = end;
                }

                return condition();
            }
        }

        return true;
    }

    private bool StepBefore(long end)
    {
        while (_violations.Count == 0 && _queue.TryPeek(out var next, out _) && next.At <= end)
        {
            _queue.Dequeue();
            if (next.Cancelled)
            {
                continue;
            }

            Happen(next);
            return true;
        }

        return false;
    }

    private void Happen(ScheduledEvent next)
    {
        Now = next.At;
        Events++;
        _hash.Fold((ulong)next.At);
        _hash.Fold(next.Kind);
        _hash.Fold(next.Subject);
        if (Events > EventLimit)
        {
            Fail("rest", $"more than {EventLimit} events");
            return;
        }

        next.Action();
        foreach (var observer in _observers)
        {
            observer();
        }
    }
}
