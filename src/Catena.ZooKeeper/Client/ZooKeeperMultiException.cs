using Catena.ZooKeeper.Protocol;

namespace Catena.ZooKeeper.Client;

/// <summary>A multi of which one update failed, so that nothing of it happened.</summary>
public sealed class ZooKeeperMultiException : ZooKeeperException
{
    /// <summary>A failed multi.</summary>
    /// <param name="results">What was answered for each update.</param>
    /// <param name="failedIndex">Which one failed.</param>
    /// <param name="path">The failed update's path.</param>
    public ZooKeeperMultiException(IReadOnlyList<OpResult> results, int failedIndex, string path)
        : base(
            results[failedIndex].Error,
            path,
            $"ZooKeeper answered {results[failedIndex].Error} ({(int)results[failedIndex].Error}) "
                + $"for update {failedIndex} of a multi, {path}")
    {
        Results = results;
        FailedIndex = failedIndex;
    }

    /// <summary>What was answered for each update, in order.</summary>
    public IReadOnlyList<OpResult> Results { get; }

    /// <summary>Which update failed, counted from 0; the others failed with it.</summary>
    public int FailedIndex { get; }
}
