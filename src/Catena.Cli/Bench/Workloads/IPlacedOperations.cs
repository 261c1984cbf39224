using Catena.Cli.CommandLine;

namespace Catena.Cli.Bench.Workloads;

/// <summary>Operations of which each goes to a node of its own, as clients send them that know where keys are.</summary>
internal interface IPlacedOperations : IOperationSource
{
    /// <summary>The next operation for a node.</summary>
    /// <param name="node">Where it will be sent.</param>
    /// <param name="operation">The operation.</param>
    /// <returns>False where there is none for now.</returns>
    bool TryNext(HostPort node, out DrawnOperation operation);
}
