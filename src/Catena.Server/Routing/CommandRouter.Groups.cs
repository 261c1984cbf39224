using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Server.Partitions;

namespace Catena.Server.Routing;

/// <content>Plain puts, which are gathered until the end of the turn.</content>
public sealed partial class CommandRouter
{
    private readonly PutGroupPool _freeGroups;

    /// <inheritdoc />
    public void CarryOutGathered()
    {
        if (PutGroups.Of(this) is { } groups)
        {
            while (groups.CloseLast() is { } group)
            {
                CarryOut(groups, group);
            }
        }
    }

    /// <summary>Adds a put to its partition's group of this turn, where that may be; otherwise sees to it that what was gathered goes before the command.</summary>
    private bool TryGather(PartitionId partition, PartitionHost? host, in Command command, ICommandSink sink, long tag, bool mayGather)
    {
        if (PutGroups.Of(this) is not { } groups)
        {
            return false;
        }

        var group = groups.Find(partition);
        if (mayGather && host is { TakesGroups: true } && PutGroup.Takes(command, host.MaxValueBytes) && !_parked.HasAny(partition))
        {
            AddTo(groups, group, partition, command, sink, tag);
            return true;
        }

        if (group is not null)
        {
            groups.Close(group);
            CarryOut(groups, group);
        }

        return false;
    }

    private void AddTo(PutGroups groups, PutGroup? group, PartitionId partition, in Command command, ICommandSink sink, long tag)
    {
        if (group is null)
        {
            group = _freeGroups.Take();
            group.Begin(partition);
            groups.Open(group);
        }

        group.Add(command, sink, tag);
        if (group.IsFull)
        {
            groups.Close(group);
            CarryOut(groups, group);
        }
    }

    private void CarryOut(PutGroups groups, PutGroup group)
    {
        if (group.Count > 1 && _core.FindHost(group.Partition) is { IsServing: true } host && !_parked.HasAny(group.Partition))
        {
            // What is sent again, to whichever node, is a command like others, and waits as a whole where it has to.
            var routed = Begin(group.Partition, group.AsOne(), group, 0);
            var attempt = routed.Attempt;
            routed.At = _self;
            host.Execute(group.AsOne(CommandFlags.AtOnce), IdOf(routed), routed, attempt);
            if (!groups.TakeSplit(group))
            {
                // It has been completed, or is with the partition.
                return;
            }
        }

        group.Split();
        Return(group);
    }

    /// <summary>Takes a group back that has been carried out.</summary>
    internal void Return(PutGroup group) => _freeGroups.Return(group);
}
