using Catena.Core.Replication.Messages;

namespace Catena.Core.Replication;

/// <summary>What the host has to do after it gave a replica something to work on.</summary>
/// <remarks>
/// Everything that had to wait for stability has waited already: messages may go at once, in order. The lists are the replica's
/// own and are valid until its next call, which is why a host cannot hold this across an await.
/// </remarks>
public readonly ref struct Ready
{
    /// <summary>Messages to send, in order. Losing one costs time only.</summary>
    public IReadOnlyList<Envelope> Messages { get; init; }

    /// <summary>The sequence up to which entries are committed and stable here; the host applies up to it, then answers what waits.</summary>
    public ulong Committed { get; init; }

    /// <summary>
    /// A configuration to write by compare-and-set over the one that it <see cref="Configuration.Follows" />. The host tells the outcome by
    /// <see cref="Replica.Reconfigure" /> (won or lost: what now stands) or <see cref="Replica.ProposalNotSubmitted" />; while the
    /// outcome is open it tries again.
    /// </summary>
    public Configuration? Proposal { get; init; }

    /// <summary>Whether leases are missing that reads wait for: a round of beacons should go out now.</summary>
    public bool WantsLease { get; init; }

    /// <summary>What happened, for the log.</summary>
    public IReadOnlyList<ReplicaEvent> Events { get; init; }
}
