using Catena.Core.Primitives;
using Catena.Simulation.Scheduling;

namespace Catena.Simulation.Network;

/// <summary>Carries messages between endpoints, with the delays and faults of a <see cref="NetworkProfile" /> and those imposed on single links.</summary>
/// <remarks>
/// A link is one direction between two endpoints. A cut link loses what is sent over it; a clogged one delivers it later. With connections
/// both hold it back, as TCP would send it again: it arrives, old as it is, when the link is mended, unless the connection broke meanwhile.
/// Messages are opaque and must not be changed once they are sent.
/// </remarks>
public sealed class SimulatedNetwork
{
    private readonly World _world;
    private readonly SortedDictionary<NodeId, INetworkEndpoint> _endpoints = [];
    private readonly SortedDictionary<(NodeId From, NodeId To), Link> _links = [];
    private ulong _packets;

    /// <summary>A network without endpoints.</summary>
    /// <param name="world">The world it is in.</param>
    /// <param name="profile">How bad it is.</param>
    public SimulatedNetwork(World world, NetworkProfile profile)
    {
        _world = world;
        Profile = profile;
    }

    /// <summary>How bad it is; may be changed at any time, and holds for what is sent from then on.</summary>
    public NetworkProfile Profile { get; set; }

    /// <summary>How many messages were delivered.</summary>
    public long Delivered { get; private set; }

    /// <summary>How many messages were lost.</summary>
    public long Lost { get; private set; }

    /// <summary>Makes an endpoint reachable under its id.</summary>
    /// <exception cref="ArgumentException">The id is taken.</exception>
    public void Attach(NodeId id, INetworkEndpoint endpoint) => _endpoints.Add(id, endpoint);

    /// <summary>Sends a message; whether and when it arrives is the network's affair.</summary>
    public void Send(NodeId from, NodeId to, object message)
    {
        var link = LinkOf(from, to);
        if (Profile.Connected && from != to)
        {
            SendConnected(link, message);
        }
        else
        {
            SendLoose(link, message);
        }
    }

    /// <summary>Cuts one direction.</summary>
    public void Cut(NodeId from, NodeId to)
    {
        Trace("cut", from, to);
        LinkOf(from, to).Cut = true;
    }

    /// <summary>Cuts both directions between every member of one group and every member of the other.</summary>
    public void Partition(IReadOnlyCollection<NodeId> left, IReadOnlyCollection<NodeId> right)
    {
        foreach (var a in left)
        {
            foreach (var b in right)
            {
                Cut(a, b);
                Cut(b, a);
            }
        }
    }

    /// <summary>Mends one direction; with connections, what was held back arrives now.</summary>
    public void Mend(NodeId from, NodeId to)
    {
        Trace("mended", from, to);
        var link = LinkOf(from, to);
        link.Cut = false;
        Release(link);
    }

    /// <summary>Holds back what is sent in one direction.</summary>
    public void Clog(NodeId from, NodeId to)
    {
        Trace("clogged", from, to);
        LinkOf(from, to).Clogged = true;
    }

    /// <summary>Ends <see cref="Clog" />: what was held back arrives.</summary>
    public void Unclog(NodeId from, NodeId to)
    {
        Trace("unclogged", from, to);
        var link = LinkOf(from, to);
        link.Clogged = false;
        Release(link);
    }

    /// <summary>Mends and unclogs every link among the given endpoints.</summary>
    /// <param name="among">The endpoints; null for all.</param>
    public void MendAll(IReadOnlySet<NodeId>? among = null)
    {
        foreach (var link in _links.Values)
        {
            if ((link.Cut || link.Clogged) && (among is null || (among.Contains(link.From) && among.Contains(link.To))))
            {
                Trace("mended", link.From, link.To);
                link.Cut = false;
                link.Clogged = false;
                Release(link);
            }
        }
    }

    /// <summary>Whether what is sent in this direction now would pass.</summary>
    public bool IsOpen(NodeId from, NodeId to)
    {
        var link = LinkOf(from, to);
        return !link.Cut && !link.Clogged;
    }

    /// <summary>Breaks the connection between two endpoints: of what is under way, a prefix of each direction still arrives, and both are told.</summary>
    public void Break(NodeId one, NodeId other)
    {
        var forth = LinkOf(one, other);
        var back = LinkOf(other, one);
        if (forth.Connection is null && back.Connection is null)
        {
            return;
        }

        Trace("broken", one, other);
        CloseDirection(forth, nothingMore: false);
        CloseDirection(back, nothingMore: false);
        TellBroken(forth);
        TellBroken(back);
    }

    /// <summary>Ends all connections of an endpoint whose process has died; nothing of before reaches the next process.</summary>
    /// <param name="id">The endpoint.</param>
    /// <param name="announced">Whether its peers are told, as by the operating system of a killed process; after a loss of power nobody tells them.</param>
    public void Disconnect(NodeId id, bool announced)
    {
        var peers = new SortedSet<NodeId>();
        foreach (var link in _links.Values)
        {
            if (link.Connection is not null && (link.From == id || link.To == id))
            {
                CloseDirection(link, nothingMore: link.To == id);
                peers.Add(link.From == id ? link.To : link.From);
            }
        }

        foreach (var peer in peers)
        {
            if (announced)
            {
                TellBroken(LinkOf(id, peer));
            }
        }
    }

    private void SendLoose(Link link, object message)
    {
        if (link.Cut || (link.From != link.To && link.Random.Chance(Profile.Loss)))
        {
            Lost++;
            return;
        }

        var copies = link.From != link.To && link.Random.Chance(Profile.Duplication) ? 2 : 1;
        for (var copy = 0; copy < copies; copy++)
        {
            var packet = new Packet(_packets++, message, null, 0, _world.Now);
            var delay = link.Delay(Profile);
            if (link.Random.Chance(Profile.Reordering))
            {
                delay += link.Random.Between(0, 10 * Profile.MaxDelay);
            }

            Launch(link, packet, delay);
        }
    }

    private void SendConnected(Link link, object message)
    {
        link.Connection ??= new Connection();
        var packet = new Packet(_packets++, message, link.Connection, link.Connection.Sent++, _world.Now);
        if (link.Random.Chance(Profile.Loss / 10))
        {
            // A connection that breaks is dearer than a lost message, so it is rarer.
            Break(link.From, link.To);
            if (packet.Gone)
            {
                Lost++;
                return;
            }
        }

        Launch(link, packet, Math.Max(link.Delay(Profile), link.LastArrival - _world.Now));
    }

    private void Launch(Link link, Packet packet, long delay)
    {
        link.LastArrival = Math.Max(link.LastArrival, _world.Now + delay);
        _world.Schedule(delay, "net.deliver", link.To.Value, () => Arrive(link, packet));
    }

    private void Arrive(Link link, Packet packet)
    {
        if (packet.Gone || (link.Cut && packet.Connection is null))
        {
            Lost++;
            return;
        }

        if (link.Cut || link.Clogged || link.Held.Count > 0)
        {
            link.Held.Enqueue(packet);
            return;
        }

        Deliver(link, packet);
    }

    private void Deliver(Link link, Packet packet)
    {
        if (packet.Gone || !_endpoints.TryGetValue(link.To, out var endpoint))
        {
            Lost++;
            return;
        }

        if (packet.Connection is not null)
        {
            packet.Connection.Arrived = packet.Place + 1;
        }

        Delivered++;
        _world.Fold(packet.Number);
        if (_world.Tracing)
        {
            _world.Trace($"net {link.From.Value} -> {link.To.Value}: {packet.Message}");
        }

        _world.Timeline?.Transfer(link.From, link.To, packet.Sent, _world.Now, packet.Message);
        endpoint.Receive(link.From, packet.Message);
    }

    private void Release(Link link)
    {
        if (link.Cut || link.Clogged || link.Held.Count == 0)
        {
            return;
        }

        // One event each, so that checkers see the state after every delivery; later arrivals queue up behind.
        _world.Schedule(0, "net.release", link.To.Value, () =>
        {
            if (!link.Cut && !link.Clogged && link.Held.TryDequeue(out var packet))
            {
                Deliver(link, packet);
                Release(link);
            }
        });
    }

    private static void CloseDirection(Link link, bool nothingMore)
    {
        if (link.Connection is not { } connection)
        {
            return;
        }

        var whole = connection.Sent;
        connection.Limit = nothingMore || link.Cut || link.Clogged ? connection.Arrived : link.Random.Between(connection.Arrived, whole);
        link.Connection = null;
    }

    private void TellBroken(Link link)
    {
        // After everything that still arrives; a receiver behind a cut learns of it only by its own time limits.
        var delay = Math.Max(link.Delay(Profile), link.LastArrival - _world.Now);
        link.LastArrival = _world.Now + delay;
        _world.Schedule(delay, "net.broken", link.To.Value, () =>
        {
            if (!link.Cut && _endpoints.TryGetValue(link.To, out var endpoint))
            {
                Trace("connection broken", link.From, link.To);
                endpoint.ConnectionBroken(link.From);
            }
        });
    }

    private Link LinkOf(NodeId from, NodeId to)
    {
        if (!_links.TryGetValue((from, to), out var link))
        {
            link = new Link(from, to, _world.Random($"network/{from.Value}/{to.Value}"));
            _links.Add((from, to), link);
        }

        return link;
    }

    private void Trace(string what, NodeId from, NodeId to)
    {
        if (_world.Tracing)
        {
            _world.Trace($"net {from.Value} -> {to.Value} {what}");
        }
    }
}
