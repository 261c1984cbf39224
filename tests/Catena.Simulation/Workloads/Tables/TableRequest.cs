namespace Catena.Simulation.Workloads.Tables;

/// <summary>What a client asks of a named table.</summary>
/// <param name="Action">What is done.</param>
/// <param name="Table">The table's name.</param>
/// <param name="Key">The key; empty where the whole table is meant.</param>
/// <param name="Value">What is put; empty otherwise.</param>
public sealed record TableRequest(TableAction Action, string Table, string Key, string Value)
{
    /// <inheritdoc />
    public override string ToString() => $"{Action} {Table} {Key} {Value}".TrimEnd();
}
