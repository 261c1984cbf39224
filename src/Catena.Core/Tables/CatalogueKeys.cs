using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Transactions;

namespace Catena.Core.Tables;

/// <summary>The keys of the catalogue, in which names of tables have their numbers.</summary>
/// <remarks>
/// They are ordinary replicated keys, in a table of their own: <c>{tables}</c> and the name, so that all stand in one slot, a range of which lists them, and a name and
/// the counter change in one entry. The counter's key is <c>{tables}</c> alone; what stands there is the last number that was given, as a decimal.
/// </remarks>
public static class CatalogueKeys
{
    /// <summary>The slot of them all.</summary>
    public static ushort Slot { get; } = HashSlot.Of(CounterKey).Value;

    /// <summary>The key of the counter.</summary>
    public static ReadOnlySpan<byte> CounterKey => "{tables}"u8;

    /// <summary>The key of a name.</summary>
    public static byte[] KeyOf(ReadOnlySpan<byte> name) => [.. CounterKey, .. name];

    /// <summary>The name that a key of the catalogue stands for; empty for the counter.</summary>
    public static ReadOnlySpan<byte> NameOf(ReadOnlySpan<byte> key) => key.StartsWith(CounterKey) ? key[CounterKey.Length..] : default;

    /// <summary>A key of the catalogue in its stored form.</summary>
    public static byte[] Stored(ReadOnlySpan<byte> key) => StoredKey.Of(Slot, StoredKey.CatalogueTable, key);

    /// <summary>The names from one on, as the items of the command that looks at them (<see cref="CommandKind.LookRange" />).</summary>
    /// <param name="from">The stored key to begin at; empty for the first.</param>
    public static byte[] NamesFrom(ReadOnlySpan<byte> from)
    {
        var end = StoredKey.Of(Slot, StoredKey.SystemTable, default);
        return new KeyRange(from.IsEmpty ? [.. Stored(CounterKey), 0] : from.ToArray(), end, StoredKey.CatalogueTable).ToItems();
    }
}
