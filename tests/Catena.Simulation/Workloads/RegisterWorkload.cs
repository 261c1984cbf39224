using Catena.Simulation.Histories;
using Catena.Simulation.Scheduling;

namespace Catena.Simulation.Workloads;

/// <summary>Clients that read and write a few keys at once, and the history of what they saw.</summary>
public sealed class RegisterWorkload
{
    private readonly List<RegisterClient> _clients = [];
    private readonly HistoryRecorder _recorder;
    private readonly KeySpace _keys;

    /// <summary>A workload that has not begun.</summary>
    /// <param name="world">The world it is in.</param>
    /// <param name="service">What it asks.</param>
    /// <param name="profile">What it does.</param>
    public RegisterWorkload(World world, IRegisterService service, WorkloadProfile profile)
    {
        ArgumentNullException.ThrowIfNull(world);
        ArgumentNullException.ThrowIfNull(profile);
        _keys = new KeySpace(profile.KeysOfKind);
        _recorder = new HistoryRecorder(world);
        for (var number = 0; number < profile.Clients; number++)
        {
            _clients.Add(new RegisterClient(world, number, service, _recorder, profile, _keys));
        }
    }

    /// <summary>The fewest operations that any one client had answered.</summary>
    public int FewestAnswered => _clients.Min(client => client.Answered);

    /// <summary>How many operations were answered.</summary>
    public int Answered => _clients.Sum(client => client.Answered);

    /// <summary>Whether no client waits for an answer.</summary>
    public bool Idle => _clients.TrueForAll(client => !client.Waits);

    /// <summary>Lets every client begin.</summary>
    public void Start() => _clients.ForEach(client => client.Start());

    /// <summary>Lets no client begin another operation.</summary>
    public void Stop() => _clients.ForEach(client => client.Stopped = true);

    /// <summary>Reads every key until it is answered: a lost write shows only when somebody looks.</summary>
    /// <param name="done">Called once all keys were read.</param>
    public void ReadAll(Action done)
    {
        ReadNext(new Queue<string>(_keys.All), done);
    }

    /// <summary>What all clients saw; operations still under way count as unknown.</summary>
    public IReadOnlyList<HistoryOperation> History() => _recorder.Complete();

    private void ReadNext(Queue<string> keys, Action done)
    {
        if (!keys.TryPeek(out var key))
        {
            done();
            return;
        }

        _clients[0].Ask(key, RegisterCommand.Get, outcome =>
        {
            if (outcome == Outcome.Ok)
            {
                keys.Dequeue();
            }

            ReadNext(keys, done);
        });
    }
}
