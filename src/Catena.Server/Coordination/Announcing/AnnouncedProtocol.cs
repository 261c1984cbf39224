namespace Catena.Server.Coordination.Announcing;

/// <summary>What is found at an announced address.</summary>
public enum AnnouncedProtocol
{
    /// <summary>The Thrift interface.</summary>
    Thrift,

    /// <summary>The table service.</summary>
    Table,

    /// <summary>The Redis protocol.</summary>
    Redis,

    /// <summary>Health, metrics and status.</summary>
    Http,

    /// <summary>The search service, whose clients look for a master.</summary>
    Search,
}
