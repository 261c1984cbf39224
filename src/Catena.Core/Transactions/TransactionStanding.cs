using Catena.Core.Primitives;

namespace Catena.Core.Transactions;

/// <summary>What a partition keeps of one transaction.</summary>
/// <param name="Id">The transaction.</param>
/// <param name="Verdict">Prepared at a participant; committed or aborted at the home partition.</param>
/// <param name="Home">The home partition.</param>
/// <param name="Keys">How many keys it holds here.</param>
/// <param name="IsExternal">Whether somebody outside the cluster decides on it.</param>
/// <param name="Age">For how long this replica has known it, in nanoseconds.</param>
public readonly record struct TransactionStanding(TransactionId Id, TransactionVerdict Verdict, PartitionId Home, int Keys, bool IsExternal, long Age);
