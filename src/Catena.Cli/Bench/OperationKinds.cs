namespace Catena.Cli.Bench;

/// <summary>What is known of every kind of operation.</summary>
internal static class OperationKinds
{
    /// <summary>How many kinds there are.</summary>
    public const int Count = 5;

    /// <summary>All kinds, in the order in which they are reported.</summary>
    public static IReadOnlyList<OperationKind> All { get; } =
        [OperationKind.Read, OperationKind.Update, OperationKind.Insert, OperationKind.Scan, OperationKind.ReadModifyWrite];

    /// <summary>Whether an operation of that kind changes something.</summary>
    public static bool IsWrite(OperationKind kind) => kind is OperationKind.Update or OperationKind.Insert or OperationKind.ReadModifyWrite;

    /// <summary>What reports call the operations of a kind; those of reads and writes are older than the other kinds.</summary>
    public static string NameOf(OperationKind kind) => kind switch
    {
        OperationKind.Read => "reads",
        OperationKind.Update => "writes",
        OperationKind.Insert => "inserts",
        OperationKind.Scan => "scans",
        _ => "readModifyWrites",
    };
}
