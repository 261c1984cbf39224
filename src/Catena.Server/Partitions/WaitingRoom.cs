using Catena.Core.Data;

namespace Catena.Server.Partitions;

/// <summary>The results of one partition that wait for their entry to be applied, or for the reader's leases.</summary>
/// <remarks>Guarded by the partition's lock. Results leave in the order in which they came, reads that lack a lease aside.</remarks>
/// <param name="refused">Is told of results of numbered requests that no entry keeps.</param>
internal sealed class WaitingRoom(RefusedRequests refused)
{
    private readonly Queue<Waiter> _forEntries = new();
    private readonly Queue<Waiter> _forLeases = new();
    private readonly Queue<Waiter> _forProofs = new();
    private readonly Dictionary<RequestKey, ulong> _requests = [];
    private readonly HashSet<RequestKey> _refusing = [];

    internal int Count => _forEntries.Count + _forLeases.Count + _forProofs.Count;

    /// <summary>Whether results wait for an entry that shows that nobody else decides.</summary>
    internal bool WantsProof => _forProofs.Count > 0;

    internal bool WantsLease => _forLeases.Count > 0;

    /// <summary>Notes that a request is in the log at <paramref name="sequence" /> and not applied yet.</summary>
    internal void NoteRequest(in RequestId request, ulong sequence)
    {
        if (request.IsRetryable)
        {
            _requests[new RequestKey(request)] = sequence;
        }
    }

    internal bool IsUnderWay(in RequestId request) =>
        request.IsRetryable && _requests.ContainsKey(new RequestKey(request));

    /// <summary>Whether a request waits here to be told that it changed nothing.</summary>
    internal bool IsRefusing(in RequestId request) => request.IsRetryable && _refusing.Contains(new RequestKey(request));

    internal void AwaitEntry(in Waiter waiter)
    {
        NoteRefusal(waiter);
        _forEntries.Enqueue(waiter);
    }

    internal void AwaitLease(in Waiter waiter)
    {
        NoteRefusal(waiter);
        _forLeases.Enqueue(waiter);
    }

    /// <summary>Lets a result wait for the next entry that shows that nobody else decides.</summary>
    internal void AwaitProof(in Waiter waiter)
    {
        NoteRefusal(waiter);
        _forProofs.Enqueue(waiter);
    }

    /// <summary>Lets all that wait for a proof wait for this entry, which is one.</summary>
    internal void ProvenBy(ulong sequence)
    {
        while (_forProofs.TryDequeue(out var waiter))
        {
            _forEntries.Enqueue(waiter with { Sequence = sequence });
        }
    }

    /// <summary>Refuses all that wait for a proof.</summary>
    internal void RefuseUnproven(byte[] refusal)
    {
        while (_forProofs.TryDequeue(out var waiter))
        {
            End(waiter, refusal);
        }
    }

    /// <summary>Tells the results of what has been applied; reads among them still need <paramref name="mayRead" />.</summary>
    internal void Applied(ulong sequence, bool mayRead, RequestResults results)
    {
        while (_forEntries.TryPeek(out var waiter) && waiter.Sequence <= sequence)
        {
            _forEntries.Dequeue();
            if (waiter.Request.IsRetryable)
            {
                _requests.Remove(new RequestKey(waiter.Request));
            }

            if (waiter.NeedsLease && !mayRead)
            {
                _forLeases.Enqueue(waiter);
            }
            else
            {
                Tell(waiter, results);
            }
        }

        if (_forEntries.Count == 0 && _requests.Count > 0)
        {
            // What is left came with an inherited log, where nobody waits.
            ForgetRequests(sequence);
        }
    }

    /// <summary>Tells the reads that waited for leases.</summary>
    internal void Leased()
    {
        while (_forLeases.TryDequeue(out var waiter))
        {
            Tell(waiter);
        }
    }

    /// <summary>Refuses the reads that have waited too long for leases, and says of writes that have waited too long that their outcome is open.</summary>
    internal void Expire(long now)
    {
        while (_forEntries.TryPeek(out var late) && late.Deadline <= now)
        {
            _forEntries.Dequeue();
            End(late, late.ChangesNothing ? Refusals.NoLease : Refusals.OutcomeUnknown);
        }

        while (_forLeases.TryPeek(out var waiter) && waiter.Deadline <= now)
        {
            _forLeases.Dequeue();
            End(waiter, Refusals.NoLease);
        }

        while (_forProofs.TryPeek(out var unproven) && unproven.Deadline <= now)
        {
            _forProofs.Dequeue();
            End(unproven, Refusals.NoLease);
        }
    }

    /// <summary>Sends everything away that this node may no longer answer; whoever asked finds the right node and asks there.</summary>
    /// <remarks>A write that is in the log may still be committed by another first member, so its outcome is open; a read just did not happen.</remarks>
    internal void Dismiss(bool readsOnly)
    {
        RefuseUnproven(Refusals.NotMine);
        while (_forLeases.TryDequeue(out var waiter))
        {
            End(waiter, Refusals.NotMine);
        }

        var kept = _forEntries.Count;
        for (; kept > 0; kept--)
        {
            var waiter = _forEntries.Dequeue();
            if (readsOnly && !waiter.ChangesNothing)
            {
                _forEntries.Enqueue(waiter);
            }
            else
            {
                End(waiter, waiter.ChangesNothing ? Refusals.NotMine : Refusals.OutcomeUnknown);
            }
        }

        if (!readsOnly)
        {
            _requests.Clear();
        }
    }

    private void ForgetRequests(ulong through)
    {
        foreach (var request in _requests.Where(request => request.Value <= through).Select(request => request.Key).ToArray())
        {
            _requests.Remove(request);
        }
    }

    private void Tell(in Waiter waiter)
    {
        if (waiter.ChangesNothing)
        {
            refused.Note(waiter.Request, waiter.Result);
        }

        End(waiter, waiter.Result);
    }

    private void NoteRefusal(in Waiter waiter)
    {
        if (waiter.ChangesNothing && waiter.Request.IsRetryable)
        {
            _refusing.Add(new RequestKey(waiter.Request));
        }
    }

    private void End(in Waiter waiter, ReadOnlySpan<byte> result)
    {
        if (waiter.ChangesNothing)
        {
            _refusing.Remove(new RequestKey(waiter.Request));
        }

        waiter.Sink.Complete(waiter.Tag, result);
    }

    private void Tell(in Waiter waiter, RequestResults results)
    {
        if (waiter.Result is not null)
        {
            Tell(waiter);
            return;
        }

        var standing = results.Find(waiter.Request, out var result);
        waiter.Sink.Complete(waiter.Tag, standing == RequestStanding.Done ? result : Refusals.Forgotten);
    }
}
