using System.Globalization;
using Catena.Core.Primitives;
using Catena.Simulation.Checkers;
using Catena.Simulation.Histories;
using Catena.Simulation.Scheduling;

namespace Catena.Simulation.Workloads.Tables;

/// <summary>Clients that create and drop tables of a few names, and meanwhile put and get keys of them.</summary>
/// <remarks>Every value is one that nobody else ever writes, so that a get tells which put it saw.</remarks>
public sealed class TableClients
{
    private readonly World _world;
    private readonly ITableService _service;
    private readonly TableProfile _profile;
    private readonly TableHistory _history = new();
    private readonly Prng _random;
    private readonly TableRequest?[] _open;
    private readonly int[] _answered;
    private bool _isStopped;
    private long _lastTime = -1;
    private long _values;

    /// <summary>Clients that have not begun.</summary>
    /// <param name="world">The world they are in.</param>
    /// <param name="service">What they ask.</param>
    /// <param name="profile">What they do.</param>
    public TableClients(World world, ITableService service, TableProfile profile)
    {
        ArgumentNullException.ThrowIfNull(world);
        ArgumentNullException.ThrowIfNull(profile);
        _world = world;
        _service = service;
        _profile = profile;
        _random = world.Random("tables");
        _open = new TableRequest?[profile.Clients];
        _answered = new int[profile.Clients];
    }

    /// <summary>Whether no client waits for an answer.</summary>
    public bool Idle => Array.TrueForAll(_open, request => request is null);

    /// <summary>The fewest requests that any one client had answered.</summary>
    public int FewestAnswered => _answered.Min();

    private IEnumerable<string> Keys => Enumerable.Range(0, _profile.Keys).Select(number => Name("key", number));

    /// <summary>Lets every client begin.</summary>
    public void Start()
    {
        for (var client = 0; client < _profile.Clients; client++)
        {
            Rest(client);
        }
    }

    /// <summary>Lets no client ask anything more.</summary>
    public void Stop() => _isStopped = true;

    /// <summary>Reads every key of every table until that is answered.</summary>
    /// <param name="done">Called then.</param>
    public void ReadAll(Action done) => ReadNext(
        new Queue<TableRequest>(Enumerable.Range(0, _profile.Tables).SelectMany(table => Keys.Select(key => new TableRequest(TableAction.Get, Name("table", table), key, "")))), done);

    /// <summary>Judges what all clients saw.</summary>
    /// <param name="stepLimit">The most steps to take for one key.</param>
    /// <returns>The promise that was broken, and how; null where none was.</returns>
    public (string Rule, string Detail)? Check(long stepLimit)
    {
        var report = _history.Check(stepLimit);
        return report.Verdict == Verdict.Linearizable ? null : (report.Verdict == Verdict.Violation ? "tables" : "tables undecided", report.Explanation);
    }

    private static string Name(string kind, int number) => string.Create(CultureInfo.InvariantCulture, $"{kind}{number}");

    private void Rest(int client) => _world.Schedule(_random.Between(0, _profile.MaxThink) + Duration.Microsecond, "tables.think", (ulong)client, () =>
    {
        if (!_isStopped)
        {
            Ask(client, Draw(client), _ => Rest(client));
        }
    });

    private TableRequest Draw(int client)
    {
        var table = Name("table", _random.Next(_profile.Tables));
        if (_random.Chance(_profile.ChangeShare))
        {
            // A table that is not there gives nothing to see, so it is created sooner than dropped.
            return new TableRequest(_random.Chance(0.6) ? TableAction.Create : TableAction.Drop, table, "", "");
        }

        var key = Name("key", _random.Next(_profile.Keys));
        return _random.Chance(0.5)
            ? new TableRequest(TableAction.Get, table, key, "")
            : new TableRequest(TableAction.Put, table, key, string.Create(CultureInfo.InvariantCulture, $"c{client}-{++_values}"));
    }

    private void ReadNext(Queue<TableRequest> left, Action done)
    {
        if (!left.TryPeek(out var next))
        {
            done();
            return;
        }

        Ask(0, next, answer =>
        {
            if (answer.Outcome == Outcome.Ok)
            {
                left.Dequeue();
            }

            ReadNext(left, done);
        });
    }

    private void Ask(int client, TableRequest request, Action<TableAnswer> ended)
    {
        var call = Time();
        _open[client] = request;
        var limit = _world.Schedule(_profile.Timeout, "tables.timeout", (ulong)client, () => End(new TableAnswer(Outcome.Unknown)));
        _service.Submit(client, request, answer =>
        {
            limit.Cancel();
            End(answer);
        });

        void End(TableAnswer answer)
        {
            if (!ReferenceEquals(_open[client], request))
            {
                return;
            }

            _open[client] = null;
            _history.Note(client, request, Keys, call, Time(), answer);
            _answered[client] += answer.Outcome == Outcome.Ok ? 1 : 0;
            _world.Fold((ulong)answer.Outcome);
            if (_world.Tracing)
            {
                _world.Trace($"tables of client {client}: {request} -> {answer}");
            }

            ended(answer);
        }
    }

    private long Time()
    {
        _lastTime = Math.Max(_world.Now, _lastTime + 1);
        return _lastTime;
    }
}
