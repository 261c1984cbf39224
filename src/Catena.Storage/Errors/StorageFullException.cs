namespace Catena.Storage.Errors;

/// <summary>There is no space left: nothing was changed, deletes are still taken from the space held back, and the node turns read-only until there is space again.</summary>
/// <remarks>It comes from appends that may not use the space held back, never from those that may until that is used up, too.</remarks>
public sealed class StorageFullException : Exception
{
    /// <summary>Says what happened.</summary>
    /// <param name="message">What happened, to which file or record.</param>
    /// <param name="cause">What the system said.</param>
    public StorageFullException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
