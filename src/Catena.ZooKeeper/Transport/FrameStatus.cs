namespace Catena.ZooKeeper.Transport;

/// <summary>What stands at the start of received bytes.</summary>
internal enum FrameStatus
{
    /// <summary>A whole frame.</summary>
    Complete,

    /// <summary>Less than a whole frame.</summary>
    Incomplete,

    /// <summary>A length that is negative or over the limit: the connection is of no more use.</summary>
    Impossible,
}
