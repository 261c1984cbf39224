namespace Catena.Server.Peers.Wire;

/// <summary>Why a connection between nodes was refused. Part of the peer protocol: values are never reused.</summary>
internal enum PeerRefusal : byte
{
    /// <summary>It was not.</summary>
    None = 0,

    /// <summary>The two speak different versions of the peer protocol.</summary>
    Version = 1,

    /// <summary>The two belong to different clusters.</summary>
    Cluster = 2,

    /// <summary>The node that was dialled is not the one that was meant: an address is out of date or given twice.</summary>
    NotTheNode = 3,

    /// <summary>The dialling node claims the identity of the one it dialled: two processes run with one identity.</summary>
    SameIdentity = 4,

    /// <summary>A later life of the dialling node is known.</summary>
    OldIncarnation = 5,

    /// <summary>The lane is neither control nor bulk.</summary>
    Lane = 6,
}
