namespace Catena.ZooKeeper.Protocol;

/// <summary>What came of one <see cref="Op" />.</summary>
/// <param name="Error">
/// <see cref="ErrorCode.Ok" />, or why it failed. In a multi that failed, the updates before the failing one say Ok and were undone,
/// and those behind it say <see cref="ErrorCode.RuntimeInconsistency" />.
/// </param>
/// <param name="Path">
/// The path of what was created, its sequence number included; null for other updates and in a multi that failed.
/// </param>
/// <param name="Stat">The znode's stat after a create or a change; null for a delete, a check and in a multi that failed.</param>
public readonly record struct OpResult(ErrorCode Error, string? Path = null, Stat? Stat = null);
