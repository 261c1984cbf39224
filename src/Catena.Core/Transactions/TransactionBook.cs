using Catena.Core.Data;

namespace Catena.Core.Transactions;

/// <summary>What a partition's log says of transactions, applied or not: what is prepared, with its locks, and what is decided.</summary>
/// <remarks>Made anew from state and log by whoever begins to decide. Not thread-safe: the partition's lock guards it.</remarks>
public sealed class TransactionBook
{
    private readonly SortedDictionary<TransactionId, TransactionDecision> _decisions = [];

    /// <summary>What is prepared.</summary>
    public LockTable Locks { get; } = new();

    /// <summary>What was decided here and may still be asked for, the oldest transaction first.</summary>
    public IReadOnlyDictionary<TransactionId, TransactionDecision> Decisions => _decisions;

    /// <summary>Another number whenever somebody who waits for locks, or for a decision, should look again.</summary>
    public int Releases { get; private set; }

    /// <summary>Takes one mutation of the log, in order; those of clients' keys say nothing here.</summary>
    public void Note(in Mutation mutation)
    {
        if (!StoredKey.IsSystem(mutation.Key))
        {
            return;
        }

        if (TransactionKeys.IsDecision(mutation.Key, out var id))
        {
            if (mutation.Kind == MutationKind.Put)
            {
                _decisions[id] = TransactionDecision.Read(mutation.Value);
            }
            else
            {
                _decisions.Remove(id);
            }

            Releases++;
        }
        else if (!Locks.Note(mutation).IsNone)
        {
            Releases++;
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        Locks.Clear();
        _decisions.Clear();
        Releases++;
    }
}
