namespace Catena.ZooKeeper.Protocol;

/// <summary>What kind of znode a create makes; the numbers are the wire's flags.</summary>
public enum CreateMode
{
    /// <summary>Stays until it is deleted.</summary>
    Persistent = 0,

    /// <summary>Goes with the session that created it.</summary>
    Ephemeral = 1,

    /// <summary>Stays, and gets the parent's next number as ten digits behind its name.</summary>
    PersistentSequential = 2,

    /// <summary>Goes with its session, and gets the parent's next number as ten digits behind its name.</summary>
    EphemeralSequential = 3,

    /// <summary>The server deletes it some time after its last child is gone.</summary>
    Container = 4,

    /// <summary>The server deletes it once it has been without change and children for its time to live.</summary>
    PersistentWithTtl = 5,

    /// <summary><see cref="PersistentWithTtl" /> with the parent's next number behind its name.</summary>
    PersistentSequentialWithTtl = 6,
}
