namespace Catena.Protocols.Thrift;

/// <summary>The methods that the service Catena (<c>idl/catena.thrift</c>) has beside those of KeyValueService, to switch on.</summary>
/// <remarks>No number is one of <see cref="KeyValueMethod" />'s, so that one number names a method of either.</remarks>
public enum CatenaMethod
{
    /// <summary>None that the service has.</summary>
    Unknown = 0,

    /// <summary><c>binary transactionBegin(1: BeginOptions options)</c>.</summary>
    TransactionBegin = 16,

    /// <summary><c>OptionalValue transactionGet(1: binary transaction, 2: binary key, 4: string table)</c>.</summary>
    TransactionGet = 17,

    /// <summary><c>void transactionPut(1: binary transaction, 2: binary key, 3: binary value, 4: string table)</c>.</summary>
    TransactionPut = 18,

    /// <summary><c>bool transactionDelete(1: binary transaction, 2: binary key, 4: string table)</c>.</summary>
    TransactionDelete = 19,

    /// <summary><c>ScanPage transactionScan(1: binary transaction, 2: ScanRequest request)</c>.</summary>
    TransactionScan = 20,

    /// <summary><c>binary transactionPrepare(1: binary transaction)</c>.</summary>
    TransactionPrepare = 21,

    /// <summary><c>void transactionCommit(1: binary transaction)</c>.</summary>
    TransactionCommit = 22,

    /// <summary><c>void transactionRollback(1: binary transaction)</c>.</summary>
    TransactionRollback = 23,

    /// <summary><c>OptionalValue tableGet(1: string table, 2: binary key)</c>.</summary>
    TableGet = 24,

    /// <summary><c>list&lt;OptionalValue&gt; tableGetMany(1: string table, 2: list&lt;binary&gt; keys)</c>.</summary>
    TableGetMany = 25,

    /// <summary><c>WriteResult tablePut(1: string table, 2: binary key, 3: binary value, 4: WriteOptions options)</c>.</summary>
    TablePut = 26,

    /// <summary><c>WriteResult tableDelete(1: string table, 2: binary key, 3: WriteOptions options)</c>.</summary>
    TableDelete = 27,

    /// <summary><c>i64 tableIncrement(1: string table, 2: binary key, 3: i64 by)</c>.</summary>
    TableIncrement = 28,

    /// <summary><c>i64 tableAppend(1: string table, 2: binary key, 3: binary value)</c>.</summary>
    TableAppend = 29,

    /// <summary><c>bool tableExpire(1: string table, 2: binary key, 3: i64 expiresAt)</c>.</summary>
    TableExpire = 30,

    /// <summary><c>i64 tableExpiresAt(1: string table, 2: binary key)</c>.</summary>
    TableExpiresAt = 31,

    /// <summary><c>bool tableApply(1: list&lt;Change&gt; changes)</c>.</summary>
    TableApply = 32,

    /// <summary><c>ScanPage tableScan(1: string table, 2: binary cursor, 3: i32 limit)</c>.</summary>
    TableScan = 33,

    /// <summary><c>ScanPage tableScanRange(1: string table, 2: ScanRequest request)</c>.</summary>
    TableScanRange = 34,

    /// <summary><c>ClusterMap clusterMap()</c>.</summary>
    ClusterMap = 35,

    /// <summary><c>string nodeStatus()</c>.</summary>
    NodeStatus = 36,

    /// <summary><c>void tableCreate(1: string table)</c>.</summary>
    TableCreate = 37,

    /// <summary><c>void tableDrop(1: string table)</c>.</summary>
    TableDrop = 38,

    /// <summary><c>list&lt;string&gt; tableNames()</c>.</summary>
    TableNames = 39,

    /// <summary><c>i64 tableSize(1: string table)</c>.</summary>
    TableSize = 40,
}
