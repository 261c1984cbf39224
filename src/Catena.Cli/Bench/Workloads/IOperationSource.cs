namespace Catena.Cli.Bench.Workloads;

/// <summary>What the connections of one thread do, one operation after the other. Not thread-safe.</summary>
internal interface IOperationSource
{
    /// <summary>Whether there will be no more operations, if those under way end well.</summary>
    bool IsDone { get; }

    /// <summary>The next operation.</summary>
    /// <returns>False where there is none for now.</returns>
    bool TryNext(out DrawnOperation operation);

    /// <summary>An operation has ended.</summary>
    /// <param name="operation">Which.</param>
    /// <param name="outcome">How.</param>
    void Ended(in DrawnOperation operation, OperationOutcome outcome);
}
