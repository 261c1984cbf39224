using System.Text.Json;

namespace Catena.Faults.Cluster;

/// <summary>What a node tells of transactions.</summary>
/// <param name="Node">Its name.</param>
/// <param name="Work">What it is at work on: the transaction, the step and its age, and the partitions it waits for.</param>
/// <param name="Kept">What its partitions keep: the state of each transaction, its partition and its name.</param>
internal sealed record NodeTransactions(string Node, IReadOnlyList<string> Work, IReadOnlyList<(string State, int Partition, string Id)> Kept)
{
    /// <summary>Those that hold keys locked.</summary>
    public IEnumerable<(string State, int Partition, string Id)> Held => Kept.Where(one => one.State == "prepared");

    /// <summary>Reads the answer to <c>GET /transactions</c> (docs/status.md).</summary>
    public static NodeTransactions Read(string node, JsonElement answer) => new(
        node,
        [
            .. answer.GetProperty("work").EnumerateArray().Select(one => FormattableString.Invariant(
                $"{one.GetProperty("id").GetString()} ({one.GetProperty("step").GetString()} for {one.GetProperty("ageMilliseconds").GetInt64()} ms, awaits {one.GetProperty("awaits").GetRawText()})")),
        ],
        [
            .. answer.GetProperty("transactions").EnumerateArray().Select(one => (
                one.GetProperty("state").GetString()!, one.GetProperty("partition").GetInt32(), one.GetProperty("id").GetString()!)),
        ]);
}
