using Catena.Cli.Bench;
using Catena.Cli.Bench.Workloads;
using Catena.Cli.CommandLine;

namespace Catena.Cli.Tests.Bench.Loop;

/// <summary>Reads of even records for one node and of odd ones for all others.</summary>
internal sealed class EvenAndOdd(HostPort even) : IPlacedOperations
{
    private int _last;

    /// <inheritdoc />
    public bool IsDone => false;

    /// <inheritdoc />
    public bool TryNext(out DrawnOperation operation) => throw new NotSupportedException();

    /// <inheritdoc />
    public bool TryNext(HostPort node, out DrawnOperation operation)
    {
        _last = (_last + 1) % 1000;
        operation = new DrawnOperation(OperationKind.Read, (2 * _last) + (node == even ? 0 : 1));
        return true;
    }

    /// <inheritdoc />
    public void Ended(in DrawnOperation operation, OperationOutcome outcome)
    {
    }
}
