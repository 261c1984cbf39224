using Catena.Cli.Bench.Workloads;

namespace Catena.Cli.Bench.Loop;

/// <summary>A request that has been queued or sent and has no answer yet.</summary>
/// <param name="Operation">The operation to which it belongs.</param>
/// <param name="Step">What is asked.</param>
/// <param name="Due">When the operation was to begin: in a closed loop when it was queued, in an open one when it had its turn.</param>
internal readonly record struct PendingStep(DrawnOperation Operation, BenchStep Step, long Due);
