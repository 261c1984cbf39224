using Catena.Core.Primitives;
using Catena.Server.Node;

namespace Catena.Server.Backups;

/// <summary>Holds all partitions that a node decides at once, for the cut of a backup.</summary>
/// <remarks>
/// One hold at a time. Each partition's hold has its own deadline (<c>PartitionHost.TryHold</c>), so nothing here has to remember to
/// end one. Thread-safe.
/// </remarks>
public sealed class NodeBarrier
{
    private readonly Lock _gate = new();
    private ulong _hold;
    private long _until;
    private PartitionMark[] _marks = [];

    /// <summary>Begins a hold.</summary>
    /// <param name="core">The node.</param>
    /// <param name="hold">What it will be known by; not 0.</param>
    /// <param name="limit">How long it lasts at most, in nanoseconds.</param>
    /// <returns>Where each partition's log stands, of those that this node decides; null where another hold is on.</returns>
    public IReadOnlyList<PartitionMark>? TryBegin(NodeCore core, ulong hold, long limit)
    {
        ArgumentNullException.ThrowIfNull(core);
        lock (_gate)
        {
            if (_hold != 0 && core.Now < _until)
            {
                return null;
            }

            var marks = new List<PartitionMark>();
            _hold = hold;
            foreach (var host in core.Hosts)
            {
                if (host.TryHold(hold, limit, out var mark))
                {
                    marks.Add(new PartitionMark(host.Id, mark));
                }
            }

            _until = core.Now + limit;
            _marks = [.. marks];
            return _marks;
        }
    }

    /// <summary>Ends a hold.</summary>
    /// <param name="core">The node.</param>
    /// <param name="hold">Its id.</param>
    /// <returns>The partitions whose hold lasted, unbroken, until now; null where the hold is not known.</returns>
    public async Task<IReadOnlyList<PartitionId>?> TryEndAsync(NodeCore core, ulong hold)
    {
        ArgumentNullException.ThrowIfNull(core);
        (PartitionId Partition, Task<bool> IsUnbroken)[] released;
        lock (_gate)
        {
            if (hold == 0 || hold != _hold)
            {
                return null;
            }

            _hold = 0;
            released = [.. _marks.Select(mark => (mark.Partition, core.FindHost(mark.Partition)!.ReleaseAsync(hold)))];
        }

        var unbroken = new List<PartitionId>();
        foreach (var (partition, isUnbroken) in released)
        {
            if (await isUnbroken.ConfigureAwait(false))
            {
                unbroken.Add(partition);
            }
        }

        return unbroken;
    }
}
