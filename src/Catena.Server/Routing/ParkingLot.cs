using Catena.Core.Primitives;

namespace Catena.Server.Routing;

/// <summary>The commands that wait for their partition to be served somewhere, in the order in which they came.</summary>
/// <remarks>Thread-safe. A command that came back takes its old place again, so that a connection's commands stay in order.</remarks>
internal sealed class ParkingLot(int partitions)
{
    private readonly SortedDictionary<ulong, RoutedCommand>?[] _parked = new SortedDictionary<ulong, RoutedCommand>?[partitions];
    private readonly int[] _starting = new int[partitions];
    private readonly Lock _gate = new();
    private volatile int _count;

    internal int Count => _count;

    internal bool HasAny(PartitionId partition)
    {
        if (_count == 0)
        {
            return false;
        }

        lock (_gate)
        {
            return _starting[partition.Value] > 0 || _parked[partition.Value] is { Count: > 0 };
        }
    }

    internal void Add(RoutedCommand command)
    {
        lock (_gate)
        {
            var parked = _parked[command.Partition.Value] ??= [];
            parked.Add(command.Id, command);
            _count++;
        }
    }

    /// <summary>Takes the oldest command of a partition out, if its time has come; until <see cref="Started" /> the partition is not free of them.</summary>
    internal RoutedCommand? TakeDue(PartitionId partition, long now)
    {
        lock (_gate)
        {
            if (_parked[partition.Value] is not { Count: > 0 } parked)
            {
                return null;
            }

            var oldest = parked.First();
            if (oldest.Value.NotBefore > now)
            {
                return null;
            }

            parked.Remove(oldest.Key);
            _starting[partition.Value]++;
            return oldest.Value;
        }
    }

    /// <summary>The command that was taken out last has been started: others may follow it.</summary>
    internal void Started(PartitionId partition)
    {
        lock (_gate)
        {
            _starting[partition.Value]--;
            _count--;
        }
    }

    /// <summary>Takes all commands out whose deadline has passed.</summary>
    internal List<RoutedCommand> TakeLate(long now)
    {
        var late = new List<RoutedCommand>();
        lock (_gate)
        {
            foreach (var parked in _parked)
            {
                if (parked is { Count: > 0 })
                {
                    late.AddRange(parked.Values.Where(command => command.Deadline <= now));
                }
            }

            foreach (var command in late)
            {
                _parked[command.Partition.Value]!.Remove(command.Id);
                _count--;
            }
        }

        return late;
    }
}
