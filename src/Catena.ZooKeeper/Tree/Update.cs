using Catena.ZooKeeper.Protocol;

namespace Catena.ZooKeeper.Tree;

/// <summary>Updates znodes: one update, or the several of a multi, each of which sees what those before it did.</summary>
/// <param name="SessionId">The session that asks; 0 for the server's own doing.</param>
/// <param name="Ops">The updates, in order.</param>
public sealed record Update(long SessionId, IReadOnlyList<Op> Ops) : Transaction(SessionId)
{
    /// <summary>
    /// Under which names the session acts; null for the server's own doing and for what a log replays, of which no permission is asked.
    /// </summary>
    public IReadOnlyCollection<Identity>? Identities { get; init; }
}
