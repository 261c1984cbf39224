using Catena.Core.Primitives;
using Catena.Simulation.Scheduling;

namespace Catena.Simulation.Network;

/// <summary>One direction between two endpoints.</summary>
/// <param name="from">The sender.</param>
/// <param name="to">The receiver.</param>
/// <param name="random">The link's own draws, so that traffic on one link does not disturb another.</param>
internal sealed class Link(NodeId from, NodeId to, Prng random)
{
    /// <summary>The sender.</summary>
    public NodeId From { get; } = from;

    /// <summary>The receiver.</summary>
    public NodeId To { get; } = to;

    /// <summary>The link's own draws.</summary>
    public Prng Random { get; } = random;

    /// <summary>Nothing passes.</summary>
    public bool Cut { get; set; }

    /// <summary>What is sent waits until the link is unclogged.</summary>
    public bool Clogged { get; set; }

    /// <summary>What waits, in order.</summary>
    public Queue<Packet> Held { get; } = new();

    /// <summary>The present connection in this direction; null before the first message and after a break.</summary>
    public Connection? Connection { get; set; }

    /// <summary>When the last message of the connection arrives; none arrives before it.</summary>
    public long LastArrival { get; set; }

    /// <summary>Draws how long a message takes.</summary>
    public long Delay(NetworkProfile profile)
    {
        if (From == To)
        {
            return Duration.Microsecond;
        }

        var delay = Random.Between(profile.MinDelay, profile.MaxDelay);
        while (delay < profile.TailBound && Random.Chance(profile.Tail))
        {
            delay *= 2;
        }

        return delay;
    }
}
