namespace Catena.Simulation.Network;

/// <summary>One direction of one life of a connection; once it is broken, only a prefix of what was under way still arrives.</summary>
internal sealed class Connection
{
    /// <summary>How many messages were sent on it.</summary>
    public long Sent { get; set; }

    /// <summary>How many of them arrived.</summary>
    public long Arrived { get; set; }

    /// <summary>Only messages numbered below this arrive.</summary>
    public long Limit { get; set; } = long.MaxValue;
}
