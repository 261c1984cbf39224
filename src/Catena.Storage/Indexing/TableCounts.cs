using Catena.Core.Data;

namespace Catena.Storage.Indexing;

/// <summary>How many keys of an index belong to which table.</summary>
/// <remarks>
/// The default table's are not counted: they are what the others leave of all keys. Changed within changes of the index; <see cref="Named" /> and <see cref="Reserved" /> may be read on any
/// thread, <see cref="Of" /> is for whoever may change the index.
/// </remarks>
internal sealed class TableCounts
{
    private readonly Dictionary<ushort, long> _byTable = [];
    private long _named;
    private long _reserved;

    /// <summary>The keys of all tables that were created by a name.</summary>
    internal long Named => Volatile.Read(ref _named);

    /// <summary>The keys that are no client's: those of partitions and of the catalogue.</summary>
    internal long Reserved => Volatile.Read(ref _reserved);

    /// <summary>The keys of a table that was created by a name.</summary>
    internal long Of(ushort table) => _byTable.GetValueOrDefault(table);

    /// <summary>Notes that a key came or went.</summary>
    /// <param name="storedKey">The key.</param>
    /// <param name="change">One more, or one less.</param>
    internal void Note(ReadOnlySpan<byte> storedKey, int change)
    {
        var table = storedKey.Length >= StoredKey.PrefixLength ? StoredKey.Table(storedKey) : (ushort)0;
        if (table == 0)
        {
            return;
        }

        if (table > StoredKey.LastTable)
        {
            Volatile.Write(ref _reserved, _reserved + change);
            return;
        }

        Volatile.Write(ref _named, _named + change);
        var count = _byTable.GetValueOrDefault(table) + change;
        if (count == 0)
        {
            _byTable.Remove(table);
        }
        else
        {
            _byTable[table] = count;
        }
    }
}
