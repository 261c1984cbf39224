namespace Catena.Storage.Errors;

/// <summary>The disk refused a write or a sync: what is on it is no longer known, and the process must stop.</summary>
/// <remarks>After a failed fsync the kernel may have dropped the pages, and a second fsync that succeeds proves nothing (Rebello et al., "Can Applications Recover from fsync Failures?", 2020). So everything that follows on the same storage is refused with this exception, too.</remarks>
public sealed class StorageFailedException : Exception
{
    /// <summary>Says what happened.</summary>
    /// <param name="message">What happened, to which file or record.</param>
    /// <param name="cause">What the system said.</param>
    public StorageFailedException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
