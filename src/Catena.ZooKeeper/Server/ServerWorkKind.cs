namespace Catena.ZooKeeper.Server;

/// <summary>What a <see cref="ServerWork" /> asks for.</summary>
internal enum ServerWorkKind
{
    /// <summary>A connection was opened.</summary>
    Open,

    /// <summary>A connection received something.</summary>
    Receive,

    /// <summary>A connection is gone.</summary>
    Gone,

    /// <summary>A tick has passed.</summary>
    Tick,
}
