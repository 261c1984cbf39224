namespace Catena.Simulation.Network;

/// <summary>A message under way.</summary>
/// <param name="Number">Its number in the network.</param>
/// <param name="Message">What the receiver gets.</param>
/// <param name="Connection">The connection it travels on; null where there are none.</param>
/// <param name="Place">Its place on that connection, from 0.</param>
/// <param name="Sent">When it was sent.</param>
internal sealed record Packet(ulong Number, object Message, Connection? Connection, long Place, long Sent)
{
    /// <summary>Whether it went down with its connection.</summary>
    public bool Gone => Connection is not null && Place >= Connection.Limit;
}
