using Catena.Simulation.Histories;

namespace Catena.Simulation.Checkers;

/// <summary>Decides whether a history of register operations is linearizable.</summary>
/// <remarks>
/// <para>
/// Linearizability is local (Herlihy and Wing, 1990, theorem 1), so each key is checked by itself. Each is a search for an order that respects
/// real time and the sequential specification: Wing and Gong's (1993) with Lowe's memoisation ("Testing for linearizability", 2017), as Porcupine does it.
/// </para>
/// <para>
/// Operations that failed for certain are left out: what they would have written must not be seen. Those of unknown outcome may take effect
/// at any time after their call, or never. A search that exceeds its steps has not shown anything and counts as a failure of its own kind. Steps,
/// not seconds, so that a verdict repeats.
/// </para>
/// </remarks>
/// <param name="stepLimit">The most steps to take for one key.</param>
public sealed class LinearizabilityChecker(long stepLimit = LinearizabilityChecker.DefaultStepLimit)
{
    /// <summary>The steps that a key gets unless another number is given: some seconds' worth.</summary>
    public const long DefaultStepLimit = 2_000_000;

    /// <summary>Checks every key.</summary>
    public LinearizabilityReport Check(IEnumerable<HistoryOperation> history)
    {
        var keys = history.GroupBy(operation => operation.Key, StringComparer.Ordinal).OrderBy(key => key.Key, StringComparer.Ordinal);
        return new LinearizabilityReport([.. keys.Select(key => CheckKey(key.Key, key))]);
    }

    private KeyReport CheckKey(string key, IEnumerable<HistoryOperation> operations) =>
        new KeySearch(key, operations, stepLimit).Run();
}
