using Catena.Core.Primitives;
using Catena.Simulation.Scheduling;

namespace Catena.Simulation.Workloads.Transactions;

/// <summary>Clients that use transactions, each of all workloads in turn, as drawn.</summary>
public sealed class TransactionClients
{
    private readonly World _world;
    private readonly TransactionProfile _profile;
    private readonly Prng _random;
    private readonly IReadOnlyList<TransactionWorkload> _workloads;
    private readonly IReadOnlyList<TransactionClient> _clients;
    private long _lastTime = -1;

    /// <summary>Clients that have not begun.</summary>
    /// <param name="world">The world they are in.</param>
    /// <param name="service">What they ask.</param>
    /// <param name="profile">What they do.</param>
    public TransactionClients(World world, ITransactionService service, TransactionProfile profile)
    {
        ArgumentNullException.ThrowIfNull(world);
        ArgumentNullException.ThrowIfNull(profile);
        _world = world;
        _profile = profile;
        _random = world.Random("transactions");
        _workloads = [.. Enum.GetValues<WorkloadKind>().Select(kind => Build(kind, profile, world.Random($"transactions/{kind}")))];
        _clients = [.. Enumerable.Range(0, profile.Clients).Select(number => new TransactionClient(world, number, service, profile, Time, Next))];
    }

    /// <summary>Whether no client waits for an answer.</summary>
    public bool Idle => _clients.All(client => !client.Waits);

    /// <summary>The fewest transactions that any one client had carried out.</summary>
    public int FewestAnswered => _clients.Min(client => client.Answered);

    /// <summary>Lets every client begin.</summary>
    public void Start()
    {
        foreach (var client in _clients)
        {
            client.Rest();
        }
    }

    /// <summary>Lets no client begin another transaction.</summary>
    public void Stop()
    {
        foreach (var client in _clients)
        {
            client.Stopped = true;
        }
    }

    /// <summary>Reads every key that may tell something, several in one transaction, until that is answered: what was lost shows only when somebody looks.</summary>
    /// <param name="done">Called then.</param>
    public void ReadAll(Action done) =>
        ReadNext(new Queue<(TransactionWorkload, TransactionRequest)>(Used().SelectMany(workload => workload.LastReads.Select(request => (workload, request)))), done);

    /// <summary>Judges what all clients saw.</summary>
    /// <returns>The promise that was broken, and how; null where none was.</returns>
    public (string Rule, string Detail)? Check() => Used().Select(workload => workload.Check()).FirstOrDefault(found => found is not null);

    private static TransactionWorkload Build(WorkloadKind kind, TransactionProfile profile, Prng random) => kind switch
    {
        WorkloadKind.ListAppend => new ListAppendWorkload(profile, random),
        WorkloadKind.Bank => new BankWorkload(profile, random),
        WorkloadKind.ReadWrite => new ReadWriteWorkload(profile, random),
        WorkloadKind.WriteSkew => new WriteSkewWorkload(profile, random),
        WorkloadKind.LongFork => new LongForkWorkload(profile, random),
        WorkloadKind.Phantom => new PhantomWorkload(profile, random),
        WorkloadKind.PhantomSkew => new PhantomSkewWorkload(profile, random),
        _ => new PlainPhantomWorkload(profile, random),
    };

    private IEnumerable<TransactionWorkload> Used() => _workloads.Where((_, kind) => _profile.Weights[kind] > 0);

    private void Next(TransactionClient client) => _workloads[_random.Choose(_profile.Weights)].Work(client);

    private void ReadNext(Queue<(TransactionWorkload Workload, TransactionRequest Request)> left, Action done)
    {
        if (!left.TryPeek(out var next))
        {
            done();
            return;
        }

        _clients[0].Ask(next.Workload, next.Request, answer =>
        {
            if (answer.IsCarriedOut)
            {
                left.Dequeue();
            }

            ReadNext(left, done);
        });
    }

    private long Time()
    {
        _lastTime = Math.Max(_world.Now, _lastTime + 1);
        return _lastTime;
    }
}
