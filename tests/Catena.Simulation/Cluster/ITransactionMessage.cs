namespace Catena.Simulation.Cluster;

/// <summary>What a client of transactions, or of named tables, sends to a node.</summary>
internal interface ITransactionMessage
{
    /// <summary>The number of the attempt at this client; the answer names it.</summary>
    long Attempt { get; }
}
