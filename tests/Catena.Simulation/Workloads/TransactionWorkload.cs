using System.Globalization;
using Catena.Core.Primitives;
using Catena.Simulation.Histories;
using Catena.Simulation.Scheduling;

namespace Catena.Simulation.Workloads;

/// <summary>Clients that append to a few lists, read them, and move money between a few accounts, several keys at a time; and what they saw.</summary>
/// <remarks>Every number that is appended is appended once, so that a read tells whose writes it saw. What is taken from one account is put on another, so that the sum of all is always 0.</remarks>
public sealed class TransactionWorkload
{
    private readonly World _world;
    private readonly ITransactionService _service;
    private readonly TransactionProfile _profile;
    private readonly Prng _random;
    private readonly List<TransactionRecord> _records = [];
    private readonly Dictionary<int, TransactionRecord> _open = [];
    private readonly int[] _answered;
    private long _lastItem;
    private long _lastTime = -1;
    private bool _isStopped;

    /// <summary>A workload that has not begun.</summary>
    /// <param name="world">The world it is in.</param>
    /// <param name="service">What it asks.</param>
    /// <param name="profile">What it does.</param>
    public TransactionWorkload(World world, ITransactionService service, TransactionProfile profile)
    {
        ArgumentNullException.ThrowIfNull(world);
        ArgumentNullException.ThrowIfNull(profile);
        _world = world;
        _service = service;
        _profile = profile;
        _random = world.Random("transactions");
        _answered = new int[profile.Clients];
    }

    /// <summary>Whether no client waits for an answer.</summary>
    public bool Idle => _open.Count == 0;

    /// <summary>How many accounts there are.</summary>
    public int Accounts => _profile.Accounts;

    /// <summary>The fewest transactions that any one client had carried out.</summary>
    public int FewestAnswered => _answered.Min();

    /// <summary>What all clients saw.</summary>
    public IReadOnlyList<TransactionRecord> Records => _records;

    /// <summary>Lets every client begin.</summary>
    public void Start()
    {
        for (var client = 0; client < _profile.Clients; client++)
        {
            Think(client);
        }
    }

    /// <summary>Lets no client begin another transaction.</summary>
    public void Stop() => _isStopped = true;

    /// <summary>Reads every list and account, each in one transaction, until that is answered.</summary>
    /// <param name="done">Called then.</param>
    public void ReadAll(Action done)
    {
        var steps = ReadsOf('l', _profile.Lists);
        Ask(0, steps, isPlain: false, outcome =>
        {
            if (outcome != Outcome.Ok)
            {
                ReadAll(done);
                return;
            }

            ReadBank(done);
        });
    }

    private void ReadBank(Action done) => Ask(0, ReadsOf('a', _profile.Accounts), isPlain: false, outcome =>
    {
        if (outcome == Outcome.Ok)
        {
            done();
        }
        else
        {
            ReadBank(done);
        }
    });

    private void Think(int client) => _world.Schedule(_random.Between(0, _profile.MaxThink) + Duration.Microsecond, "transaction.think", (ulong)client, () =>
    {
        if (!_isStopped)
        {
            var isPlain = _random.Chance(_profile.PlainShare);
            Ask(client, Choose(isPlain), isPlain, _ => Think(client));
        }
    });

    private List<TransactionStep> Choose(bool isPlain)
    {
        if (isPlain)
        {
            return [StepOn('l', _profile.Lists)];
        }

        if (_random.Chance(_profile.BankShare))
        {
            return _random.Chance(_profile.ReadShare) ? ReadsOf('a', _profile.Accounts) : Transfer();
        }

        return [.. Enumerable.Range(0, (int)_random.Between(1, _profile.MaxSteps)).Select(_ => StepOn('l', _profile.Lists))];
    }

    private List<TransactionStep> Transfer()
    {
        var from = _random.Next(_profile.Accounts);
        var to = (from + 1 + _random.Next(_profile.Accounts - 1)) % _profile.Accounts;
        var amount = _random.Between(1, 100);
        return [new TransactionStep(StepKind.Add, Name('a', from), -amount), new TransactionStep(StepKind.Add, Name('a', to), amount)];
    }

    private TransactionStep StepOn(char kind, int count)
    {
        var key = Name(kind, _random.Next(count));
        return _random.Chance(_profile.ReadShare) ? new TransactionStep(StepKind.Read, key, 0) : new TransactionStep(StepKind.Append, key, ++_lastItem);
    }

    private static List<TransactionStep> ReadsOf(char kind, int count) =>
        [.. Enumerable.Range(0, count).Select(number => new TransactionStep(StepKind.Read, Name(kind, number), 0))];

    private static string Name(char kind, int number) => string.Create(CultureInfo.InvariantCulture, $"{kind}{number}");

    private void Ask(int client, IReadOnlyList<TransactionStep> steps, bool isPlain, Action<Outcome> ended)
    {
        var record = new TransactionRecord(client, steps, Time());
        _records.Add(record);
        _open[client] = record;
        ScheduledEvent? limit = null;
        limit = _world.Schedule(_profile.Timeout, "transaction.timeout", (ulong)client, () => End(Outcome.Unknown, null));
        _service.Submit(client, steps, isPlain, End);

        void End(Outcome outcome, IReadOnlyList<string?>? read)
        {
            if (_open.GetValueOrDefault(client) != record)
            {
                return;
            }

            limit?.Cancel();
            _open.Remove(client);
            (record.Return, record.Outcome, record.Read) = (Time(), outcome, read);
            _answered[client] += outcome == Outcome.Ok ? 1 : 0;
            _world.Fold((ulong)outcome);
            if (_world.Tracing)
            {
                _world.Trace($"transactions of client {client}: {string.Join(", ", steps)} -> {outcome} {string.Join(" | ", read ?? [])}");
            }

            ended(outcome);
        }
    }

    private long Time()
    {
        _lastTime = Math.Max(_world.Now, _lastTime + 1);
        return _lastTime;
    }
}
