namespace Catena.Protocols.Thrift;

/// <summary>The methods that the service Catena (<c>idl/catena.thrift</c>) has beside those of KeyValueService, to switch on.</summary>
/// <remarks>No number is one of <see cref="KeyValueMethod" />'s, so that one number names a method of either.</remarks>
public enum CatenaMethod
{
    /// <summary>None that the service has.</summary>
    Unknown = 0,

    /// <summary><c>binary transactionBegin(1: BeginOptions options)</c>.</summary>
    TransactionBegin = 16,

    /// <summary><c>OptionalValue transactionGet(1: binary transaction, 2: binary key)</c>.</summary>
    TransactionGet = 17,

    /// <summary><c>void transactionPut(1: binary transaction, 2: binary key, 3: binary value)</c>.</summary>
    TransactionPut = 18,

    /// <summary><c>bool transactionDelete(1: binary transaction, 2: binary key)</c>.</summary>
    TransactionDelete = 19,

    /// <summary><c>ScanPage transactionScan(1: binary transaction, 2: ScanRequest request)</c>.</summary>
    TransactionScan = 20,

    /// <summary><c>binary transactionPrepare(1: binary transaction)</c>.</summary>
    TransactionPrepare = 21,

    /// <summary><c>void transactionCommit(1: binary transaction)</c>.</summary>
    TransactionCommit = 22,

    /// <summary><c>void transactionRollback(1: binary transaction)</c>.</summary>
    TransactionRollback = 23,
}
