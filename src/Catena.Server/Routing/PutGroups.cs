using Catena.Core.Primitives;

namespace Catena.Server.Routing;

/// <summary>The groups of puts that one thread fills in its turn, one a partition.</summary>
/// <remarks>One object a thread, used again; only its thread uses it.</remarks>
internal sealed class PutGroups
{
    [ThreadStatic]
    private static PutGroups? _ofThread;

    private readonly List<PutGroup> _open = [];
    private PutGroup?[] _byPartition = [];
    private PutGroup? _split;
    private CommandRouter? _owner;
    private int _depth;

    /// <summary>The groups of this thread where it is in a turn of that router.</summary>
    internal static PutGroups? Of(CommandRouter owner) => _ofThread is { _depth: > 0 } groups && ReferenceEquals(groups._owner, owner) ? groups : null;

    /// <summary>Begins a turn, or goes deeper into the one that is under way on this thread.</summary>
    internal static void Begin(CommandRouter owner, int partitions)
    {
        var groups = _ofThread ??= new PutGroups();
        if (!ReferenceEquals(groups._owner, owner))
        {
            // What another router's turn has left here ended with its node.
            groups._owner = owner;
            groups._depth = 0;
            groups._open.Clear();
            groups._byPartition = new PutGroup?[partitions];
        }

        groups._depth++;
    }

    /// <summary>Notes, while this thread carries a group out, that its partition wants the puts one by one.</summary>
    internal static void NoteSplit(PutGroup group) => _ofThread!._split = group;

    /// <summary>Whether that was noted of a group that was just carried out.</summary>
    internal bool TakeSplit(PutGroup group)
    {
        var isSplit = ReferenceEquals(_split, group);
        _split = null;
        return isSplit;
    }

    /// <summary>Leaves the turn.</summary>
    internal void Leave() => _depth--;

    /// <summary>The group of a partition that is being filled; null where there is none.</summary>
    internal PutGroup? Find(PartitionId partition) => _byPartition[partition.Value];

    /// <summary>Begins to fill a group.</summary>
    internal void Open(PutGroup group)
    {
        _byPartition[group.Partition.Value] = group;
        _open.Add(group);
    }

    /// <summary>Takes a group out that is to be carried out.</summary>
    internal void Close(PutGroup group)
    {
        _byPartition[group.Partition.Value] = null;
        _open.Remove(group);
    }

    /// <summary>Takes a group out, the last that was begun; null where there is none.</summary>
    internal PutGroup? CloseLast()
    {
        if (_open.Count == 0)
        {
            return null;
        }

        var group = _open[^1];
        _open.RemoveAt(_open.Count - 1);
        _byPartition[group.Partition.Value] = null;
        return group;
    }
}
