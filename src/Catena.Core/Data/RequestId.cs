namespace Catena.Core.Data;

/// <summary>What makes a retried request run once: who asked, in which life, and its how-manieth request to the partition it was.</summary>
/// <remarks>
/// The origin numbers its requests per partition from 1 on without gaps and starts anew with each incarnation, whose number only
/// grows. <see cref="Settled" /> is what bounds the memory of results: of requests up to it the origin knows the outcome, or has
/// given up asking.
/// </remarks>
/// <param name="Origin">The node or client that accepted the request; 0 for a request that is never retried.</param>
/// <param name="Incarnation">The life of the origin.</param>
/// <param name="Sequence">The number of the request at its origin for this partition, from 1.</param>
/// <param name="Settled">The origin will not ask again for any sequence up to this one; less than <paramref name="Sequence" />.</param>
public readonly record struct RequestId(ulong Origin, ulong Incarnation, ulong Sequence, ulong Settled)
{
    /// <summary>The id of a request that is never retried.</summary>
    public static RequestId None => default;

    /// <summary>Whether the request may be retried, so that its result must be kept.</summary>
    public bool IsRetryable => Origin != 0;

    /// <summary>Whether the numbers keep their order, as in every id that an origin gives out; others are refused before they are logged.</summary>
    public bool IsWellFormed => Settled < Sequence;
}
