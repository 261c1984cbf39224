namespace Catena.ZooKeeper.Protocol;

/// <summary>What an entry of an access control list allows (<c>ZooDefs.Perms</c>).</summary>
[Flags]
public enum Permissions
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>To read data and the list of children.</summary>
    Read = 1,

    /// <summary>To replace the data.</summary>
    Write = 2,

    /// <summary>To create children.</summary>
    Create = 4,

    /// <summary>To delete children.</summary>
    Delete = 8,

    /// <summary>To replace the access control list.</summary>
    Admin = 16,
}
