using Catena.Core.Primitives;
using Catena.Core.Replication.Log;
using Catena.Core.Replication.Messages;

namespace Catena.Server.Tests.Chains;

/// <summary>Something on its way between two nodes; from a node to itself what the coordinator says.</summary>
/// <param name="From">Who sent it.</param>
/// <param name="To">Who is to have it.</param>
/// <param name="Content">A replica's message, a beacon, its answer, leases given back, or a configuration.</param>
internal sealed record MemoryMessage(NodeId From, NodeId To, object Content)
{
    /// <summary>Whether it goes from one node to another, by their numbers.</summary>
    public bool IsFrom(ulong from, ulong to) => From.Value == from && To.Value == to;

    /// <summary>Whether it is on its way between two nodes, by their numbers.</summary>
    public bool IsBetween(ulong one, ulong other) => IsFrom(one, other) || IsFrom(other, one);

    /// <summary>Those with entries from the first member: to whom, and with how many.</summary>
    public static List<(int To, int Entries)> Appends(IEnumerable<MemoryMessage> messages) =>
    [
        .. messages
            .Where(message => message is { From.Value: 1, Content: AppendEntries { Frames.IsEmpty: false } })
            .Select(message => ((int)message.To.Value, CountOf((AppendEntries)message.Content)))
            .Order(),
    ];

    private static int CountOf(AppendEntries append)
    {
        var count = 0;
        var rest = append.Frames.Span;
        while (EntryFrame.TryRead(rest, out _, out _, out var length))
        {
            count++;
            rest = rest[length..];
        }

        return count;
    }
}
