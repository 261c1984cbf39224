using Catena.Core.Primitives;

namespace Catena.Core.Data;

/// <summary>One operation on one partition, in the form that every protocol's requests are brought to.</summary>
/// <remarks>Borrowed: it points into the request that it was read from, and is decided or copied before that goes away.</remarks>
public readonly ref struct Command
{
    /// <summary>As <see cref="Slot" />: the keys have several slots, and each is found by its own. Such a command is carried out as a transaction.</summary>
    public const ushort SeveralSlots = ushort.MaxValue;

    /// <summary>What is done.</summary>
    public required CommandKind Kind { get; init; }

    /// <summary>Conditions and variations.</summary>
    public CommandFlags Flags { get; init; }

    /// <summary>The table; 0 is the default one.</summary>
    public ushort Table { get; init; }

    /// <summary>The slot of all keys named, which says where the command goes; for a scan, a count or a clearing any slot of the partition.</summary>
    public required ushort Slot { get; init; }

    /// <summary>The key.</summary>
    public ReadOnlySpan<byte> Key { get; init; }

    /// <summary>The value, or what the kind says.</summary>
    public ReadOnlySpan<byte> Value { get; init; }

    /// <summary>Keys, or keys and values in turn: a packed list (<see cref="PackedList" />).</summary>
    public ReadOnlySpan<byte> Items { get; init; }

    /// <summary>The increment, or what the kind says.</summary>
    public long Number { get; init; }

    /// <summary>How many results are wanted, where the kind has such a limit.</summary>
    public int Limit { get; init; }

    /// <summary>When the key expires, in milliseconds since 1970 UTC; 0 for never.</summary>
    public long Deadline { get; init; }

    /// <summary>The version that the key must have, with <see cref="CommandFlags.IfVersion" />.</summary>
    public Lsn Version { get; init; }

    /// <summary>Whether the command may change something, so that it must go through the log.</summary>
    public bool IsWrite => Kind >= CommandKind.Put;

    /// <summary>Whether it is a read that may be out of date by as much as it says.</summary>
    public bool IsStale => (Flags & CommandFlags.Stale) != 0;
}
