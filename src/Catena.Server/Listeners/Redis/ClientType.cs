namespace Catena.Server.Listeners.Redis;

/// <summary>What CLIENT LIST and CLIENT KILL tell connections apart by.</summary>
internal enum ClientType
{
    /// <summary>Sends requests.</summary>
    Normal,

    /// <summary>Has subscriptions.</summary>
    PubSub,

    /// <summary>Belongs to Redis's replication; no connection here does.</summary>
    Replication,
}
