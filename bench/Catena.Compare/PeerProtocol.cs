namespace Catena.Compare;

/// <summary>How a server is spoken to.</summary>
internal enum PeerProtocol
{
    /// <summary>The Redis protocol, to one server or to any of several.</summary>
    Redis,

    /// <summary>The Redis protocol, each key to the node that leads it.</summary>
    RedisCluster,

    /// <summary>The Redis protocol, to a primary with replicas: <c>SET</c> and then <c>WAIT</c>.</summary>
    RedisWait,

    /// <summary>gRPC to etcd: Put and linearizable Range.</summary>
    Etcd,

    /// <summary>ZooKeeper's own protocol: setData, and sync with getData.</summary>
    ZooKeeper,
}
