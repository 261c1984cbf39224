namespace Catena.Simulation.Checkers.Transactions;

/// <summary>What a history says of one key's list.</summary>
internal sealed class ListKey
{
    /// <summary>What was read of it.</summary>
    public List<ListSighting> Sightings { get; } = [];

    /// <summary>What was appended to it, by transactions that happened and others.</summary>
    public List<(int Transaction, long Value)> Appends { get; } = [];

    /// <summary>The longest list read, in the order of whose values all must agree; empty if nothing was read.</summary>
    public IReadOnlyList<long> Longest { get; set; } = [];
}
