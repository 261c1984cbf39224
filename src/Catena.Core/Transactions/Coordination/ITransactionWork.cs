using Catena.Core.Primitives;

namespace Catena.Core.Transactions.Coordination;

/// <summary>Something that a node does for a transaction: it says what is to be asked of partitions, and takes the answers.</summary>
/// <remarks>Deterministic; not thread-safe.</remarks>
public interface ITransactionWork
{
    /// <summary>The transaction.</summary>
    TransactionId Id { get; }

    /// <summary>What is being done, and how far it is, for people: the kind of work, then the step.</summary>
    string Standing { get; }

    /// <summary>The partitions whose answers are waited for, in no order; one may be there more than once.</summary>
    IEnumerable<PartitionId> Awaited { get; }

    /// <summary>Whether nothing is left to do.</summary>
    bool IsOver { get; }

    /// <summary>What is to be asked now, in order.</summary>
    /// <param name="now">The monotonic clock.</param>
    IReadOnlyList<TransactionAsk> TakeAsks(long now);

    /// <summary>Takes the result of one ask; one that is not waited for any more is ignored.</summary>
    /// <param name="number">The number of the ask.</param>
    /// <param name="result">Its result.</param>
    /// <param name="now">The monotonic clock.</param>
    /// <param name="wall">The wall clock, in milliseconds since 1970 UTC.</param>
    void Answered(int number, ReadOnlySpan<byte> result, long now, long wall);

    /// <summary>Gives up what has taken too long.</summary>
    /// <param name="now">The monotonic clock.</param>
    void Tick(long now)
    {
    }

    /// <summary>What was decided that partitions are to be told.</summary>
    IReadOnlyList<TransactionEnding> TakeEndings() => [];

    /// <summary>The encoded result for whoever waits for one; null where there is none yet.</summary>
    byte[]? TakeResult() => null;
}
