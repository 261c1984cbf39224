namespace Catena.Storage.Errors;

/// <summary>A data directory that cannot be opened at all: another cluster's, another node's, of a newer format, or with a damaged identity.</summary>
/// <remarks>Nothing has been changed. Damage that concerns partitions only is not reported so: those partitions are given up, and the rest opens.</remarks>
public sealed class StorageCorruptException : Exception
{
    /// <summary>Says what happened.</summary>
    /// <param name="message">What happened, to which file or record.</param>
    /// <param name="cause">What the system said.</param>
    public StorageCorruptException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
