using Catena.Core.Placement;
using Catena.Storage.Indexing;
using Catena.Storage.Partitions;

namespace Catena.Server.Routing;

/// <content>Reads of single keys that came together.</content>
public sealed partial class CommandRouter
{
    /// <inheritdoc />
    public int LookUp(KeyRun run, IValueOutput output)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(output);
        try
        {
            return LookUpHere(run, output);
        }
        catch (Exception failure)
        {
            _fatal(failure);
            throw;
        }
    }

    /// <summary>Looks keys up one step of all after the other, so that they wait for memory together; then sees whether the leases have held all the time.</summary>
    private int LookUpHere(KeyRun run, IValueOutput output)
    {
        var keys = run.Keys[..BeginLooking(run)];
        foreach (ref var key in keys)
        {
            key.Host!.Prefetch(key.Hash, PrefetchStep.Page);
        }

        foreach (ref var key in keys)
        {
            key.Host!.Prefetch(key.Hash, PrefetchStep.Cell);
        }

        var start = output.Length;
        var read = 0;
        while (read < keys.Length)
        {
            ref var key = ref keys[read];
            key.Mark = output.Length;
            if (!key.Host!.TryLook(run.StoredKeyOf(key), output))
            {
                output.Truncate(key.Mark);
                break;
            }

            read++;
            if (output.Length - start > KeyRun.MaxValueBytes)
            {
                break;
            }
        }

        var now = _core.Now;
        for (var index = 0; index < read; index++)
        {
            if (!keys[index].Host!.Counts(keys[index].Permit, now))
            {
                output.Truncate(keys[index].Mark);
                return index;
            }
        }

        return read;
    }

    /// <summary>Finds out where the keys of a run are read, and takes the first step of looking them up.</summary>
    /// <returns>How many of them are read here.</returns>
    private int BeginLooking(KeyRun run)
    {
        var count = 0;
        foreach (ref var key in run.Keys)
        {
            var partition = _map.Of(new HashSlot(key.Slot));
            if (_core.FindHost(partition) is not { IsReading: true } host || _parked.HasAny(partition) || !host.TryPermit(out key.Permit))
            {
                break;
            }

            key.Host = host;
            key.Hash = PartitionStore.HashOf(run.StoredKeyOf(key));
            host.Prefetch(key.Hash, PrefetchStep.Hint);
            count++;
        }

        return count;
    }
}
