using Catena.Core.Commands;
using Catena.Core.Data;
using Catena.Core.Placement;

namespace Catena.Server.Transactions;

/// <summary>Finds out whether keys belong to one partition.</summary>
internal struct PartitionCollector(PartitionMap map) : ICommandKeyVisitor
{
    private bool _hasAny;

    /// <summary>The slot of the first key; 0 where there was none.</summary>
    internal ushort Slot { get; private set; }

    /// <summary>Whether there were keys of several partitions.</summary>
    internal bool HasSeveral { get; private set; }

    public void Visit(ReadOnlySpan<byte> storedKey, KeyAccess access)
    {
        var slot = StoredKey.Slot(storedKey);
        HasSeveral |= _hasAny && map.Of(new HashSlot(slot)) != map.Of(new HashSlot(Slot));
        Slot = _hasAny ? Slot : slot;
        _hasAny = true;
    }
}
