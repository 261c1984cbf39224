namespace Catena.Protocols.Thrift;

/// <summary>The exceptions that methods of the service Catena declare, by the number that each has in every method's result.</summary>
public enum CatenaException : short
{
    /// <summary><c>TransactionAborted</c>: others were in the way; nothing happened.</summary>
    TransactionAborted = 1,

    /// <summary><c>NoSuchTransaction</c>: it has ended, or was begun elsewhere.</summary>
    NoSuchTransaction = 2,

    /// <summary><c>InvalidRequest</c>: never possible as it is; nothing happened.</summary>
    InvalidRequest = 3,

    /// <summary><c>Unavailable</c>: not possible for now; nothing happened.</summary>
    Unavailable = 4,

    /// <summary><c>OutcomeUnknown</c>: it may have taken effect.</summary>
    OutcomeUnknown = 5,

    /// <summary><c>TransactionCommitted</c>: it cannot be rolled back any more.</summary>
    TransactionCommitted = 6,

    /// <summary><c>NoSuchTable</c>: nothing happened.</summary>
    NoSuchTable = 7,

    /// <summary><c>TableExists</c>: nothing happened.</summary>
    TableExists = 8,
}
