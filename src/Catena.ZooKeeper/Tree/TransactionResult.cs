using Catena.ZooKeeper.Protocol;

namespace Catena.ZooKeeper.Tree;

/// <summary>What came of a <see cref="Transaction" />.</summary>
/// <param name="Error">Ok, or why nothing happened: for a multi, the failing update's code.</param>
/// <param name="Results">One result for each update; none for sessions.</param>
public readonly record struct TransactionResult(ErrorCode Error, IReadOnlyList<OpResult> Results);
