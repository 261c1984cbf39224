using System.Globalization;
using Catena.Core.Primitives;
using Catena.Simulation.Histories;
using Catena.Simulation.Scheduling;

namespace Catena.Simulation.Workloads;

/// <summary>A client as a state machine: it asks, waits or gives up, pauses, and asks again.</summary>
/// <remarks>Every value it writes is one that nobody else ever writes, so that a read tells which write it saw.</remarks>
internal sealed class RegisterClient
{
    private readonly World _world;
    private readonly IRegisterService _service;
    private readonly HistoryRecorder _recorder;
    private readonly WorkloadProfile _profile;
    private readonly KeySpace _keys;
    private readonly Prng _random;
    private readonly SortedDictionary<string, Lsn?> _versions = new(StringComparer.Ordinal);
    private int _values;
    private long? _waiting;
    private ScheduledEvent? _limit;

    /// <summary>A client that has not begun.</summary>
    public RegisterClient(World world, int number, IRegisterService service, HistoryRecorder recorder, WorkloadProfile profile, KeySpace keys)
    {
        _world = world;
        _service = service;
        _recorder = recorder;
        _profile = profile;
        _keys = keys;
        _random = world.Random($"client/{number}");
        Number = number;
    }

    /// <summary>Its number, from 0.</summary>
    public int Number { get; }

    /// <summary>How many operations were answered.</summary>
    public int Answered { get; private set; }

    /// <summary>Whether it asks nothing more of its own accord.</summary>
    public bool Stopped { get; set; }

    /// <summary>Whether it waits for an answer.</summary>
    public bool Waits => _waiting is not null;

    /// <summary>Begins, after a pause.</summary>
    public void Start() => Think();

    /// <summary>Asks for one operation, and calls back once it is answered or given up.</summary>
    public void Ask(string key, RegisterCommand command, Action<Outcome> ended)
    {
        var handle = _recorder.Begin(Number, key, command);
        _waiting = handle;
        _limit = _world.Schedule(_profile.Timeout, "client.timeout", (ulong)Number, () => End(Outcome.Unknown, null));
        _service.Submit(Number, key, command, End);

        void End(Outcome outcome, RegisterResult? result)
        {
            if (_waiting != handle)
            {
                return;
            }

            _limit?.Cancel();
            _waiting = null;
            _recorder.End(handle, outcome, result);
            Learn(key, command, outcome, result);
            if (_world.Tracing)
            {
                _world.Trace($"client {Number} {key}: {command} -> {(outcome == Outcome.Ok ? result : outcome)}");
            }

            ended(outcome);
        }
    }

    private void Think() => _world.Schedule(_random.Between(0, _profile.MaxThink) + Duration.Microsecond, "client.think", (ulong)Number, Next);

    private void Next()
    {
        if (Stopped)
        {
            return;
        }

        var (key, command) = Choose();
        Ask(key, command, _ => Think());
    }

    private void Learn(string key, RegisterCommand command, Outcome outcome, RegisterResult? result)
    {
        if (outcome == Outcome.Unknown)
        {
            _keys.NoteUnknown(key);
        }

        if (outcome != Outcome.Ok)
        {
            return;
        }

        Answered++;
        if (result?.Applied == false)
        {
            // The version that it knew is old: read before the next attempt.
            _versions.Remove(key);
        }
        else
        {
            _versions[key] = result?.Found == false || command.Operation == RegisterOperation.Delete ? null : result?.Version;
        }
    }

    private (string Key, RegisterCommand Command) Choose()
    {
        var operation = (RegisterOperation)_random.Choose(_profile.Weights);
        var kind = operation switch
        {
            RegisterOperation.Increment => 'n',
            RegisterOperation.Append => 't',
            RegisterOperation.Put or RegisterOperation.CompareAndSet => 'r',
            _ => "rnt"[_random.Next(3)],
        };
        var key = _keys.KeyAt(kind, _random.Next(_profile.KeysOfKind));
        return (key, CommandFor(operation, key));
    }

    private RegisterCommand CommandFor(RegisterOperation operation, string key) => operation switch
    {
        RegisterOperation.Get => RegisterCommand.Get,
        RegisterOperation.Delete => RegisterCommand.Delete,
        RegisterOperation.Put => RegisterCommand.Put(NewValue()),
        RegisterOperation.Increment => RegisterCommand.Increment(_random.Between(1, 3)),
        RegisterOperation.Append => RegisterCommand.Append(NewValue() + ";"),
        _ => _versions.TryGetValue(key, out var version) ? RegisterCommand.CompareAndSet(version, NewValue()) : RegisterCommand.Get,
    };

    private string NewValue() => string.Create(CultureInfo.InvariantCulture, $"c{Number}-{++_values}");
}
