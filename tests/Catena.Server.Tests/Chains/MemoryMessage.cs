using Catena.Core.Primitives;

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
}
