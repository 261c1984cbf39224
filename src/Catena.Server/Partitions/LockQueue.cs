using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Core.Transactions;
using Catena.Server.Routing;

namespace Catena.Server.Partitions;

/// <summary>The commands of one partition that wait until transactions let go of their keys; when some have, all are tried again, the oldest first.</summary>
/// <remarks>Guarded by the partition's lock.</remarks>
internal sealed class LockQueue
{
    private readonly SortedDictionary<(TransactionId Age, ulong Order), LockWaiter> _waiters = [];
    private readonly Dictionary<byte[], List<(LockWaiter Waiter, bool IsExclusive)>> _claims = new(ByteKeyComparer.Instance);
    private LockWaiter? _retried;
    private ulong _order;
    private int _scanners;

    /// <summary>How many wait.</summary>
    internal int Count => _waiters.Count;

    /// <summary>Whether somebody older waits for a key who could not have it beside the one who asks.</summary>
    internal bool IsClaimed(ReadOnlySpan<byte> storedKey, bool isExclusive, in TransactionId age)
    {
        if (_claims.Count > 0 && _claims.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(storedKey, out var claims))
        {
            foreach (var (waiter, wantsAlone) in claims)
            {
                if (waiter.Age < age && (isExclusive || wantsAlone))
                {
                    return true;
                }
            }
        }

        return isExclusive && _scanners > 0 && IsScanned(storedKey, age);
    }

    /// <summary>Whether somebody older waits for a key of a range that he wants to write.</summary>
    internal bool IsClaimed(KeyRange range, in TransactionId age)
    {
        foreach (var waiter in _waiters.Values)
        {
            if (waiter.Age < age && waiter.Needs.Writes(range))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Lets a command wait; one that was being tried again takes its old place.</summary>
    /// <param name="age">The transaction that it belongs to; none for other commands, which are as old as their waiting.</param>
    /// <param name="wall">The wall clock, in milliseconds since 1970 UTC.</param>
    /// <param name="deadline">When it has waited too long.</param>
    /// <param name="needs">What it waits for.</param>
    /// <param name="command">The command.</param>
    /// <param name="request">Who asks.</param>
    /// <param name="sink">Where the result goes.</param>
    /// <param name="tag">What the sink knows it by.</param>
    internal void Add(
        TransactionId age, long wall, long deadline, LockNeeds needs, in Command command, in RequestId request, ICommandSink sink, long tag)
    {
        var waiter = _retried;
        if (waiter is null)
        {
            _order++;
            var own = age.IsNone ? new TransactionId((ulong)wall * 1000, NodeId.None, 0, _order) : age;
            waiter = new LockWaiter(own, _order, needs, CommandCodec.Encode(command), request, sink, tag, deadline);
        }

        _retried = null;
        _waiters.Add((waiter.Age, waiter.Order), waiter);
        _scanners += waiter.Needs.Ranges.Count > 0 ? 1 : 0;
        foreach (var (key, isExclusive) in waiter.Needs.Keys)
        {
            if (!_claims.TryGetValue(key, out var claims))
            {
                _claims.Add(key, claims = []);
            }

            claims.Add((waiter, isExclusive));
        }
    }

    /// <summary>Tries all who wait once more; those that must go on waiting come back by <see cref="Add" />.</summary>
    /// <param name="work">Carries one out.</param>
    internal void Retry(Action<LockWaiter> work)
    {
        foreach (var waiter in TakeAll())
        {
            _retried = waiter;
            work(waiter);
            _retried = null;
        }
    }

    /// <summary>Takes those out that have waited too long.</summary>
    internal IReadOnlyList<LockWaiter> TakeLate(long now) => _waiters.Count == 0 ? [] : Take(waiter => waiter.Deadline <= now);

    /// <summary>Takes those out that belong to a transaction.</summary>
    internal IReadOnlyList<LockWaiter> TakeOf(TransactionId id) => _waiters.Count == 0 ? [] : Take(waiter => waiter.Age == id);

    /// <summary>Takes everybody out, the oldest first.</summary>
    internal List<LockWaiter> TakeAll()
    {
        var all = _waiters.Values.ToList();
        _waiters.Clear();
        _claims.Clear();
        _scanners = 0;
        return all;
    }

    private bool IsScanned(ReadOnlySpan<byte> storedKey, in TransactionId age)
    {
        foreach (var waiter in _waiters.Values)
        {
            if (waiter.Age < age && waiter.Needs.Scans(storedKey))
            {
                return true;
            }
        }

        return false;
    }

    private List<LockWaiter> Take(Predicate<LockWaiter> predicate)
    {
        var taken = _waiters.Values.Where(waiter => predicate(waiter)).ToList();
        foreach (var waiter in taken)
        {
            _waiters.Remove((waiter.Age, waiter.Order));
            _scanners -= waiter.Needs.Ranges.Count > 0 ? 1 : 0;
            foreach (var (key, _) in waiter.Needs.Keys)
            {
                if (_claims.TryGetValue(key, out var claims))
                {
                    claims.RemoveAll(claim => claim.Waiter == waiter);
                    if (claims.Count == 0)
                    {
                        _claims.Remove(key);
                    }
                }
            }
        }

        return taken;
    }
}
