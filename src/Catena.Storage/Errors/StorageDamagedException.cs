namespace Catena.Storage.Errors;

/// <summary>A record read back from the journal is not what was written: the partition must be given up and repaired from its peers.</summary>
/// <remarks>Nothing of the damaged bytes has been returned. The storage goes on serving other partitions.</remarks>
public sealed class StorageDamagedException : Exception
{
    /// <summary>Says what happened.</summary>
    /// <param name="message">What happened, to which file or record.</param>
    /// <param name="cause">What the system said.</param>
    public StorageDamagedException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
