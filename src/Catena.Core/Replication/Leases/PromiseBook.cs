using Catena.Core.Primitives;

namespace Catena.Core.Replication.Leases;

/// <summary>The promises one replica has made as a grantor of leases.</summary>
/// <remarks>
/// Until a promise to a reader has run out, its grantor does not acknowledge an epoch in which that node is no longer the
/// reader, unless the reader itself has acknowledged that epoch (PacificA, section 2.4, with the primary's lease generalised to
/// the reader's). All promises are waited out, not just the last, and after a restart one whole promise, since promises are
/// kept in memory only.
/// </remarks>
internal sealed class PromiseBook
{
    private readonly List<(NodeId Reader, long Until)> _promises = [];
    private readonly long _restartUntil;

    /// <param name="restartUntil">When every promise of an earlier life of this node has run out.</param>
    internal PromiseBook(long restartUntil) => _restartUntil = restartUntil;

    /// <summary>Records a promise before it is told to the reader.</summary>
    internal void Make(NodeId reader, long until, bool keepsOthers = true)
    {
        if (!keepsOthers)
        {
            ForgetOthers(reader);
        }

        for (var index = 0; index < _promises.Count; index++)
        {
            if (_promises[index].Reader == reader)
            {
                _promises[index] = (reader, Math.Max(until, _promises[index].Until));
                return;
            }
        }

        _promises.Add((reader, until));
    }

    /// <summary>Strikes out the promises to a node that has given its leases back and will not read by them again.</summary>
    internal void Return(NodeId reader) => _promises.RemoveAll(promise => promise.Reader == reader);

    /// <summary>Whether an epoch may be acknowledged now.</summary>
    /// <param name="next">The epoch's configuration.</param>
    /// <param name="released">Who has acknowledged that epoch.</param>
    /// <param name="now">The time.</param>
    internal bool Allows(Configuration next, IReadOnlySet<NodeId> released, long now)
    {
        if (now < _restartUntil)
        {
            return false;
        }

        _promises.RemoveAll(promise => promise.Until <= now);
        foreach (var (reader, _) in _promises)
        {
            if (!next.IsReader(reader) && !released.Contains(reader))
            {
                return false;
            }
        }

        return true;
    }

    private void ForgetOthers(NodeId reader) => _promises.RemoveAll(promise => promise.Reader != reader);
}
