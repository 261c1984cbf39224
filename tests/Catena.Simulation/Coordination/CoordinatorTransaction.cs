namespace Catena.Simulation.Coordination;

/// <summary>A write as the leader decided it, for every server to apply.</summary>
/// <param name="Zxid">Its number.</param>
/// <param name="Changes">What it changes.</param>
/// <param name="Reply">What its session is answered.</param>
internal sealed record CoordinatorTransaction(long Zxid, IReadOnlyList<TreeChange> Changes, CoordinatorReply Reply);
