using Catena.Server.Partitions;

namespace Catena.Server.Backups;

/// <summary>Why a request about backups, holds or bulk writes was not carried out. Part of the HTTP interface: words are never changed or reused.</summary>
public static class FailureCodes
{
    /// <summary>This node is not the partition's first member, or does not serve yet; another may.</summary>
    public const string NotMine = "not-mine";

    /// <summary>The log no longer holds the entries that were asked for; a snapshot has to be taken.</summary>
    public const string NotKept = "not-kept";

    /// <summary>The log does not hold the position that was named: it was cut, or is another log's.</summary>
    public const string NotOnLineage = "not-on-lineage";

    /// <summary>An entry was not committed in the time that a request waits for that.</summary>
    public const string NotCommitted = "not-committed";

    /// <summary>The node could not prove that it was the partition's only first member all the while.</summary>
    public const string NotFresh = "not-fresh";

    /// <summary>Another hold is on, or too much goes on already.</summary>
    public const string Busy = "busy";

    /// <summary>The hold is not known, or over.</summary>
    public const string NoHold = "no-hold";

    /// <summary>The request makes no sense.</summary>
    public const string BadRequest = "bad-request";

    /// <summary>The node does not run yet, or stops.</summary>
    public const string NotReady = "not-ready";

    /// <summary>What is on the node's disk is not what was written.</summary>
    public const string Damaged = "damaged";

    /// <summary>Some writes of a bulk may or may not have been carried out.</summary>
    public const string OutcomeUnknown = "outcome-unknown";

    /// <summary>Writes were refused for now: the partition is taken over, or has too few members; nothing happened.</summary>
    public const string TryAgain = "try-again";

    /// <summary>A node's disk is full.</summary>
    public const string ReadOnly = "read-only";

    /// <summary>A value is longer than the cluster takes.</summary>
    public const string ValueTooLong = "value-too-long";

    /// <summary>The failure that a refusal is told as.</summary>
    internal static StreamFailure Of(ReadRefusal refusal) => refusal switch
    {
        ReadRefusal.NotMine => new StreamFailure(NotMine, "this node does not serve the partition as its first member"),
        ReadRefusal.NotKept => new StreamFailure(NotKept, "the log no longer reaches back so far"),
        _ => new StreamFailure(NotOnLineage, "the log does not hold this position"),
    };
}
