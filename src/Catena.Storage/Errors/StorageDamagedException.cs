namespace Catena.Storage.Errors;

/// <summary>What was read back from the disk is not what was written: the copy must be given up and repaired from its peers, or, where there are none, what was hit stays unreadable.</summary>
/// <remarks>Nothing of the damaged bytes has been returned. The storage goes on serving other partitions, and all else of this one.</remarks>
public sealed class StorageDamagedException : Exception
{
    /// <summary>Says what happened.</summary>
    /// <param name="message">What happened, to which file or record.</param>
    /// <param name="cause">What the system said.</param>
    public StorageDamagedException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }

    /// <summary>The stored key whose value was hit; empty where it is not the value of one key.</summary>
    public ReadOnlyMemory<byte> StoredKey { get; init; }

    /// <summary>The sequence of the log entry that was hit; 0 where it is none.</summary>
    public ulong Sequence { get; init; }
}
