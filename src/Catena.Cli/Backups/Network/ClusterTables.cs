using System.Text.Json;

namespace Catena.Cli.Backups.Network;

/// <summary>The named tables of a cluster.</summary>
/// <param name="Last">The last number that a table was given; 0 where there has never been one.</param>
/// <param name="Names">The names of those that are there, by number.</param>
internal sealed record ClusterTables(int Last, IReadOnlyDictionary<ushort, string> Names)
{
    /// <summary>Reads what a node answers.</summary>
    internal static ClusterTables Of(JsonElement answer) => new(
        answer.GetProperty("last").GetInt32(),
        answer.GetProperty("tables").EnumerateArray().ToDictionary(table => table.GetProperty("number").GetUInt16(), table => table.GetProperty("name").GetString()!));
}
