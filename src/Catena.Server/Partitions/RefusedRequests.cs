using Catena.Core.Data;

namespace Catena.Server.Partitions;

/// <summary>The last results of numbered requests that changed nothing, which no entry keeps.</summary>
/// <remarks>
/// A forwarded request whose connection broke is sent again, and the first copy may still be read from the old connection after the second has been
/// answered. Whoever was told that a condition did not hold must not see it carried out after all. Only this process can get such a copy, so what it
/// remembers need not outlive it. Guarded by the partition's lock.
/// </remarks>
internal sealed class RefusedRequests
{
    private const int MostKept = 4096;
    private const int LongestKept = 1024;

    private readonly Dictionary<(ulong Origin, ulong Incarnation, ulong Sequence), byte[]> _results = [];
    private readonly Queue<(ulong Origin, ulong Incarnation, ulong Sequence)> _order = new();

    /// <summary>Notes what was answered; results that are very long are decided anew.</summary>
    internal void Note(in RequestId request, ReadOnlySpan<byte> result)
    {
        var key = (request.Origin, request.Incarnation, request.Sequence);
        if (!request.IsRetryable || result.Length > LongestKept || !_results.TryAdd(key, result.ToArray()))
        {
            return;
        }

        _order.Enqueue(key);
        if (_order.Count > MostKept)
        {
            _results.Remove(_order.Dequeue());
        }
    }

    /// <summary>Finds what a request was answered; null where that is not known.</summary>
    internal byte[]? Find(in RequestId request) =>
        request.IsRetryable ? _results.GetValueOrDefault((request.Origin, request.Incarnation, request.Sequence)) : null;
}
