using System.Text;
using Catena.Cli.CommandLine;
using Catena.Cli.Data;
using Catena.Core.Placement;
using Catena.Protocols;
using Catena.Protocols.Resp;

namespace Catena.Compare.Redis;

/// <summary>Which node of a Redis cluster leads which slot, as <c>CLUSTER SLOTS</c> tells it.</summary>
internal sealed class ClusterSlots
{
    private readonly HostPort[] _leaders = new HostPort[HashSlot.Count];

    private ClusterSlots()
    {
    }

    /// <summary>All nodes that lead something, in the order of their first slots.</summary>
    public IReadOnlyList<HostPort> Nodes => [.. _leaders.Distinct()];

    /// <summary>The node that leads a key's slot.</summary>
    public HostPort LeaderOf(ReadOnlySpan<byte> key) => _leaders[HashSlot.Of(key).Value];

    /// <summary>Asks a node.</summary>
    /// <exception cref="InvalidDataException">It does not tell all slots.</exception>
    public static ClusterSlots Ask(HostPort node, TimeSpan timeout)
    {
        using var connection = ServerConnection.Open(node, timeout);
        var writer = new RespWriter(connection.Output);
        writer.WriteArrayHeader(2);
        writer.WriteBulk("CLUSTER"u8);
        writer.WriteBulk("SLOTS"u8);
        connection.Send();
        var reader = new RespReplyReader(RespLimits.Default);
        while (true)
        {
            connection.Receive();
            var status = reader.Read(connection.Received, out var reply, out _);
            if (status != ReadStatus.NeedMore)
            {
                return status == ReadStatus.Complete ? Of(reply) : throw new InvalidDataException(reader.Error);
            }
        }
    }

    /// <summary>Understands an answer: ranges, each with its first and last slot and then nodes, the leader first, each with its address and port.</summary>
    /// <exception cref="InvalidDataException">It is none, or does not tell all slots.</exception>
    public static ClusterSlots Of(RespReply reply)
    {
        var slots = new ClusterSlots();
        var known = 0;
        foreach (var range in reply)
        {
            var (place, first, last) = (0, 0, -1);
            var leader = default(HostPort);
            foreach (var element in range)
            {
                (first, last, leader) = place++ switch
                {
                    0 => ((int)element.Integer, last, leader),
                    1 => (first, (int)element.Integer, leader),
                    2 => (first, last, AddressOf(element)),
                    _ => (first, last, leader),
                };
            }

            if (place < 3 || first < 0 || last >= HashSlot.Count || first > last)
            {
                throw new InvalidDataException("a range of slots without a leader");
            }

            slots._leaders.AsSpan(first..(last + 1)).Fill(leader);
            known += last + 1 - first;
        }

        return known == HashSlot.Count ? slots : throw new InvalidDataException($"{known} slots of {HashSlot.Count} have a leader");
    }

    private static HostPort AddressOf(RespReply node)
    {
        var (host, port, place) = ("", 0, 0);
        foreach (var element in node)
        {
            (host, port) = place++ switch
            {
                0 => (Encoding.UTF8.GetString(element.Bytes), port),
                1 => (host, (int)element.Integer),
                _ => (host, port),
            };
        }

        return new HostPort(host, port);
    }
}
