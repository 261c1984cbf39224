namespace Catena.Core.Data;

/// <summary>What a mutation does to its key. Persisted: values are never changed or reused.</summary>
public enum MutationKind : byte
{
    /// <summary>The key has this value and this expiry time from now on.</summary>
    Put = 1,

    /// <summary>The key is absent from now on.</summary>
    Delete = 2,

    /// <summary>Every key of the partition that starts with this prefix is absent from now on.</summary>
    DeletePrefix = 3,
}
