namespace Catena.ZooKeeper.Protocol;

/// <summary>The number that says what a request asks for (<c>ZooDefs.OpCode</c>).</summary>
internal enum OpCode
{
    /// <summary>Ends the session in order.</summary>
    CloseSession = -11,

    /// <summary>Starts a session; never on the wire.</summary>
    CreateSession = -10,

    /// <summary>A failed part of a multi's answer, and the header that ends a multi.</summary>
    Error = -1,

    /// <summary>Creates a znode and answers with its path.</summary>
    Create = 1,

    /// <summary>Deletes a znode.</summary>
    Delete = 2,

    /// <summary>Asks for a znode's stat.</summary>
    Exists = 3,

    /// <summary>Asks for a znode's data and stat.</summary>
    GetData = 4,

    /// <summary>Replaces a znode's data.</summary>
    SetData = 5,

    /// <summary>Asks for a znode's access control list.</summary>
    GetAcl = 6,

    /// <summary>Replaces a znode's access control list.</summary>
    SetAcl = 7,

    /// <summary>Asks for the names of a znode's children.</summary>
    GetChildren = 8,

    /// <summary>Waits until the server has caught up with its leader.</summary>
    Sync = 9,

    /// <summary>Keeps the session alive.</summary>
    Ping = 11,

    /// <summary>Asks for the names of a znode's children and its stat.</summary>
    GetChildren2 = 12,

    /// <summary>Compares a znode's version.</summary>
    Check = 13,

    /// <summary>Several updates that happen all or not at all.</summary>
    Multi = 14,

    /// <summary>Creates a znode and answers with path and stat.</summary>
    Create2 = 15,

    /// <summary>Changes an ensemble's membership.</summary>
    Reconfig = 16,

    /// <summary>Asks whether a watch is set.</summary>
    CheckWatches = 17,

    /// <summary>Removes watches.</summary>
    RemoveWatches = 18,

    /// <summary>Creates a container.</summary>
    CreateContainer = 19,

    /// <summary>Deletes an empty container; only a server asks for it.</summary>
    DeleteContainer = 20,

    /// <summary>Creates a znode with a time to live.</summary>
    CreateTtl = 21,

    /// <summary>Several reads in one request.</summary>
    MultiRead = 22,

    /// <summary>Presents credentials.</summary>
    Auth = 100,

    /// <summary>Sets ordinary watches again after a reconnect.</summary>
    SetWatches = 101,

    /// <summary>SASL negotiation.</summary>
    Sasl = 102,

    /// <summary>Asks for the session's ephemeral znodes.</summary>
    GetEphemerals = 103,

    /// <summary>Asks how many znodes lie under a path.</summary>
    GetAllChildrenNumber = 104,

    /// <summary>Sets ordinary and persistent watches again after a reconnect.</summary>
    SetWatches2 = 105,

    /// <summary>Sets a persistent watch.</summary>
    AddWatch = 106,

    /// <summary>Asks under which identities the session acts.</summary>
    WhoAmI = 107,
}
