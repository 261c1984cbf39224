using Catena.Core.Primitives;

namespace Catena.Core.Tests.Replication.Harness;

/// <summary>Packets under way, in the order in which they were sent; the test decides which arrive, how often and when.</summary>
internal sealed class TestNetwork
{
    private readonly HashSet<(NodeId From, NodeId To)> _cut = [];
    private readonly HashSet<(NodeId From, NodeId To)> _held = [];

    internal List<Packet> UnderWay { get; } = [];

    internal void Send(Packet packet)
    {
        if (!_cut.Contains((packet.From, packet.To)))
        {
            UnderWay.Add(packet);
        }
    }

    /// <summary>Loses everything from one node to another from now on.</summary>
    internal void Cut(NodeId from, NodeId to) => _cut.Add((from, to));

    /// <summary>Keeps back everything from one node to another.</summary>
    internal void Hold(NodeId from, NodeId to) => _held.Add((from, to));

    internal void Release(NodeId from, NodeId to) => _held.Remove((from, to));

    internal void Heal()
    {
        _cut.Clear();
        _held.Clear();
    }

    internal bool IsHeld(Packet packet) => _held.Contains((packet.From, packet.To));

    /// <summary>The oldest packet that is not held back; null where there is none.</summary>
    internal Packet? TakeNext()
    {
        var index = UnderWay.FindIndex(packet => !IsHeld(packet));
        return index < 0 ? null : TakeAt(index);
    }

    internal Packet TakeAt(int index)
    {
        var packet = UnderWay[index];
        UnderWay.RemoveAt(index);
        return packet;
    }
}
