namespace Catena.Simulation.Checkers.Transactions;

/// <summary>One value that a key had, and what is known of when.</summary>
/// <param name="value">The value; null for the absence at the beginning.</param>
internal sealed class RegisterVersion(long? value)
{
    /// <summary>The value; null for the absence at the beginning.</summary>
    public long? Value { get; } = value;

    /// <summary>Who wrote it; null for the absence at the beginning, and for values whose writer did not happen.</summary>
    public int? Writer { get; set; }

    /// <summary>Who read it.</summary>
    public List<int> Readers { get; } = [];

    /// <summary>The transaction that first returned of those that saw or wrote it, and when: by then the key had had this value.</summary>
    public (long At, int Transaction) FirstReturn { get; private set; } = (long.MaxValue, -1);

    /// <summary>The transaction that was called last of those that saw or wrote it, and when: from then on the key had this value once more.</summary>
    public (long At, int Transaction) LastCall { get; private set; } = (long.MinValue, -1);

    /// <summary>Notes that an answered transaction saw or wrote it.</summary>
    public void Seen(int transaction, long call, long end)
    {
        if (end < FirstReturn.At)
        {
            FirstReturn = (end, transaction);
        }

        if (call > LastCall.At)
        {
            LastCall = (call, transaction);
        }
    }
}
