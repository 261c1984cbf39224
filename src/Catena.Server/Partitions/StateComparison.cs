using System.Collections.Immutable;
using Catena.Core.Primitives;
using Catena.Core.Replication.Messages;

namespace Catena.Server.Partitions;

/// <summary>Compares what members' states sum up to, at positions that several of them have told of.</summary>
/// <remarks>States follow from the log, so different sums at one position mean that a copy has been corrupted, in memory or by a fault in the program. Guarded by the partition's lock.</remarks>
internal sealed class StateComparison
{
    private readonly Dictionary<NodeId, ImmutableArray<StateSum>> _told = [];
    private Lsn _reported;

    /// <summary>How many comparisons found equal sums.</summary>
    internal long Equal { get; private set; }

    /// <summary>Forgets what was told: it was told of another configuration.</summary>
    internal void Clear() => _told.Clear();

    /// <summary>Takes what a member told, and judges the newest position at which it differs from this one, or agrees.</summary>
    /// <param name="self">This member.</param>
    /// <param name="own">What its own state summed up to.</param>
    /// <param name="from">Who told.</param>
    /// <param name="sums">What.</param>
    /// <param name="members">All members.</param>
    internal SumVerdict Take(NodeId self, ImmutableArray<StateSum> own, NodeId from, ImmutableArray<StateSum> sums, ImmutableArray<NodeId> members)
    {
        _told[self] = own;
        _told[from] = sums;
        foreach (var mine in own.Reverse())
        {
            if (TryFind(from, mine.At, out var other))
            {
                if (other == mine.Sum)
                {
                    Equal++;
                    return SumVerdict.None;
                }

                return Judge(mine.At, members);
            }
        }

        return SumVerdict.None;
    }

    private SumVerdict Judge(in Lsn at, ImmutableArray<NodeId> members)
    {
        var position = at;
        var votes = members.Select(member => (Member: member, HasTold: TryFind(member, position, out var sum), Sum: sum)).Where(vote => vote.HasTold).ToList();
        var most = votes.GroupBy(vote => vote.Sum).MaxBy(group => group.Count())!;
        if (most.Count() * 2 > members.Length)
        {
            return new SumVerdict(position, most.Key, [.. votes.Where(vote => vote.Sum != most.Key).Select(vote => vote.Member)], IsOpen: false);
        }

        if (votes.Count < members.Length || position == _reported)
        {
            return SumVerdict.None;
        }

        _reported = position;
        return new SumVerdict(position, 0, [.. votes.Select(vote => vote.Member)], IsOpen: true);
    }

    private bool TryFind(NodeId member, in Lsn at, out ulong sum)
    {
        sum = 0;
        foreach (var candidate in _told.GetValueOrDefault(member, []))
        {
            if (candidate.At == at)
            {
                sum = candidate.Sum;
                return true;
            }
        }

        return false;
    }
}
