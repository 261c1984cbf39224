using Catena.Cli.Backups.Network;
using Catena.Cli.Backups.Text;
using Catena.Core.Data;
using Catena.Storage.Partitions;

namespace Catena.Cli.Backups;

/// <summary>The names of the tables whose keys an export meets. Keys of one that has been dropped, or is being dropped, are left out.</summary>
/// <param name="client">The cluster.</param>
internal sealed class ExportTables(ClusterClient client)
{
    private readonly Dictionary<ushort, string?> _names = new() { [0] = EntryLine.DefaultTable, [StoredKey.CatalogueTable] = null, [StoredKey.SystemTable] = null };

    /// <summary>Looks up the names of all tables of a piece: a table may have been created since the last one.</summary>
    /// <param name="piece">The piece.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task LearnAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellation)
    {
        var unknown = Unknown(piece.Span);
        if (unknown.Count == 0)
        {
            return;
        }

        var tables = await client.RetryAsync(() => client.TablesAsync(cancellation), cancellation).ConfigureAwait(false);
        foreach (var number in unknown)
        {
            _names[number] = tables.Names.GetValueOrDefault(number);
        }
    }

    /// <summary>The name of a table that was learnt; null where its keys are nobody's.</summary>
    public string? NameOf(ushort table) => _names[table];

    private HashSet<ushort> Unknown(ReadOnlySpan<byte> piece)
    {
        var unknown = new HashSet<ushort>();
        for (var entries = new SnapshotPieceReader(piece); entries.MoveNext();)
        {
            var table = StoredKey.Table(entries.Key);
            if (!_names.ContainsKey(table))
            {
                unknown.Add(table);
            }
        }

        return unknown;
    }
}
