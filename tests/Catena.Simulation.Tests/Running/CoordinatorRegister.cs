using System.Globalization;
using Catena.Core.Primitives;
using Catena.Simulation.Coordination;
using Catena.Simulation.Histories;
using Catena.Simulation.Nodes;
using Catena.Simulation.Scheduling;

namespace Catena.Simulation.Tests.Running;

/// <summary>A register kept in one znode: writes are compare-and-sets, reads are plain reads, with or without a sync before them.</summary>
internal sealed class CoordinatorRegister(World world, SimulatedCoordinator coordinator, SimulatedNode node, HistoryRecorder recorder, bool syncs) : ISessionOwner
{
    private readonly Prng _random = world.Random($"register/{node.Id.Value}");
    private SimulatedSession? _session;
    private int _writes;

    public void Start()
    {
        _session = coordinator.Connect(node, this);
        Next();
    }

    public void StateChanged(SessionState state)
    {
        if (state == SessionState.Expired)
        {
            _session = coordinator.Connect(node, this);
        }
    }

    public void Watched(WatchEventKind kind, string path)
    {
    }

    private void Next() => world.Schedule(_random.Between(1, 20 * Duration.Millisecond), "register.next", node.Id.Value, () =>
    {
        if (_session!.State != SessionState.Connected)
        {
            Next();
        }
        else if (_random.Chance(0.5))
        {
            Read();
        }
        else
        {
            Write();
        }
    });

    private void Read()
    {
        var handle = recorder.Begin((int)node.Id.Value, "/r", RegisterCommand.Get);
        if (syncs)
        {
            _session!.Submit(new CoordinatorRequest.Sync(), reply =>
            {
                if (reply.Error == CoordinatorError.Ok)
                {
                    Read(handle);
                }
                else
                {
                    End(handle, Outcome.Fail, null);
                }
            });
        }
        else
        {
            Read(handle);
        }
    }

    private void Read(long handle) => _session!.Submit(new CoordinatorRequest.GetData("/r"), reply =>
    {
        var result = reply.Error == CoordinatorError.NoNode
            ? new RegisterResult { Found = false }
            : new RegisterResult { Found = true, Value = reply.Data, Version = VersionOf(reply.Version) };
        End(handle, reply.Error is CoordinatorError.Ok or CoordinatorError.NoNode ? Outcome.Ok : Outcome.Fail, result);
    });

    private void Write() => _session!.Submit(new CoordinatorRequest.GetData("/r"), read =>
    {
        if (read.Error is not (CoordinatorError.Ok or CoordinatorError.NoNode))
        {
            Next();
            return;
        }

        var value = string.Create(CultureInfo.InvariantCulture, $"{node.Id.Value}-{++_writes}");
        var exists = read.Error == CoordinatorError.Ok;
        var handle = recorder.Begin(
            (int)node.Id.Value, "/r", RegisterCommand.CompareAndSet(exists ? VersionOf(read.Version) : null, value));
        CoordinatorRequest request = exists
            ? new CoordinatorRequest.SetData("/r", value, read.Version)
            : new CoordinatorRequest.Create("/r", value);
        _session!.Submit(request, reply => End(handle, OutcomeOf(reply.Error), ResultOf(reply)));
    });

    private void End(long handle, Outcome outcome, RegisterResult? result)
    {
        recorder.End(handle, outcome, result);
        Next();
    }

    private static Outcome OutcomeOf(CoordinatorError error) => error switch
    {
        CoordinatorError.ConnectionLost => Outcome.Unknown,
        CoordinatorError.SessionExpired => Outcome.Unknown,
        _ => Outcome.Ok,
    };

    private static RegisterResult ResultOf(CoordinatorReply reply) => reply.Error == CoordinatorError.Ok
        ? new RegisterResult { Version = VersionOf(reply.Version) }
        : new RegisterResult { Applied = false };

    private static Lsn VersionOf(int version) => new(Epoch.None, (ulong)version + 1);
}
