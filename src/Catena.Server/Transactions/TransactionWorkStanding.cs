using Catena.Core.Primitives;
using Catena.Core.Transactions;

namespace Catena.Server.Transactions;

/// <summary>Something that a node does for a transaction, for people.</summary>
/// <param name="Id">The transaction.</param>
/// <param name="Step">What is done, and how far it is.</param>
/// <param name="Awaited">The partitions whose answers are waited for.</param>
/// <param name="Age">How long it has been at work, in nanoseconds.</param>
public sealed record TransactionWorkStanding(TransactionId Id, string Step, IReadOnlyList<PartitionId> Awaited, long Age);
