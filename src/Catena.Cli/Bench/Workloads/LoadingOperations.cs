namespace Catena.Cli.Bench.Workloads;

/// <summary>The insertion of every record once: one thread's share of them. What did not end well is done again.</summary>
/// <param name="first">The first record; then every <paramref name="stride" />th.</param>
/// <param name="stride">How many threads there are.</param>
/// <param name="records">How many records there are.</param>
internal sealed class LoadingOperations(int first, int stride, long records) : IOperationSource
{
    private readonly Stack<long> _again = [];
    private long _next = first;

    /// <inheritdoc />
    public bool IsDone => _next >= records && _again.Count == 0;

    /// <inheritdoc />
    public bool TryNext(out DrawnOperation operation)
    {
        if (_again.TryPop(out var record))
        {
            operation = new DrawnOperation(OperationKind.Insert, record);
            return true;
        }

        operation = new DrawnOperation(OperationKind.Insert, _next);
        if (_next >= records)
        {
            return false;
        }

        _next += stride;
        return true;
    }

    /// <inheritdoc />
    public void Ended(in DrawnOperation operation, OperationOutcome outcome)
    {
        if (outcome != OperationOutcome.Ok)
        {
            _again.Push(operation.Record);
        }
    }
}
