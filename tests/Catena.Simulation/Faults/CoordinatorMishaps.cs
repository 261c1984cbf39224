using Catena.Core.Primitives;
using Catena.Simulation.Coordination;
using Catena.Simulation.Scheduling;

namespace Catena.Simulation.Faults;

/// <summary>Loses the coordinator's tree and has it rebuilt after a while, or sets it back.</summary>
/// <remarks>One mishap at a time: the next waits until the tree has been rebuilt.</remarks>
/// <param name="world">The world.</param>
/// <param name="coordinator">The coordinator.</param>
/// <param name="rebuilder">Rebuilds the tree.</param>
internal sealed class CoordinatorMishaps(World world, SimulatedCoordinator coordinator, IMetadataOperator rebuilder)
{
    private const long RetryInterval = Duration.Second;
    private const int MostBackups = 12;

    private readonly List<object> _backups = [];

    /// <summary>Whether the tree has not been rebuilt yet.</summary>
    internal bool IsPending { get; private set; }

    /// <summary>Takes a backup now and then, until told to stop.</summary>
    internal void Start(Prng random, Func<bool> stopped) =>
        world.Schedule(random.Between(100 * Duration.Millisecond, 3 * Duration.Second), "fault.backup", 0, () =>
        {
            if (stopped())
            {
                return;
            }

            if (!IsPending)
            {
                _backups.Add(coordinator.Backup());
                _backups.RemoveRange(0, Math.Max(0, _backups.Count - MostBackups));
            }

            Start(random, stopped);
        });

    /// <summary>Empties the tree.</summary>
    internal void Wipe(long length)
    {
        if (!IsPending && rebuilder.MayWipe())
        {
            coordinator.Wipe();
            Await(length);
        }
    }

    /// <summary>Puts a backup in the tree's place.</summary>
    /// <remarks>Whoever does that brings the tree up to date at once; servers that lag behind still show it as it was.</remarks>
    internal void Restore(Prng random)
    {
        if (IsPending || _backups.Count == 0 || !coordinator.Available)
        {
            return;
        }

        var backup = _backups[random.Next(_backups.Count)];
        if (rebuilder.MayRestore(backup))
        {
            coordinator.Restore(backup);
            Await(0);
        }
    }

    private void Await(long length)
    {
        IsPending = true;
        _backups.Clear();
        if (length == 0)
        {
            Recover();
        }
        else
        {
            world.Schedule(length, "fault.recover", 0, () => Recover());
        }
    }

    private void Recover()
    {
        if (coordinator.Available && rebuilder.TryRecover())
        {
            IsPending = false;
        }
        else
        {
            world.Schedule(RetryInterval, "fault.recover", 0, () => Recover());
        }
    }
}
