namespace Catena.Server.Coordination.Documents;

/// <summary>What an ephemeral sequential znode below <c>election/</c> holds: who stands there.</summary>
internal sealed record SeatDocument
{
    /// <summary>The node, in 16 hexadecimal digits.</summary>
    public required string Id { get; init; }

    /// <summary>Its life.</summary>
    public required ulong Incarnation { get; init; }
}
