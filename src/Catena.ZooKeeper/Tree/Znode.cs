using System.Collections.Immutable;
using Catena.ZooKeeper.Protocol;

namespace Catena.ZooKeeper.Tree;

/// <summary>One node of the tree; never changed, but replaced, so that an update can be undone by putting the old one back.</summary>
internal sealed record Znode
{
    /// <summary>The owner that marks a container.</summary>
    public const long ContainerOwner = long.MinValue;

    /// <summary>A list of children without any, sorted by code units.</summary>
    public static readonly ImmutableSortedSet<string> NoChildren = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <summary>The data.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>The transaction that created it.</summary>
    public long Czxid { get; init; }

    /// <summary>The transaction that last changed its data.</summary>
    public long Mzxid { get; init; }

    /// <summary>The transaction that last created or deleted a child.</summary>
    public long Pzxid { get; init; }

    /// <summary>When it was created.</summary>
    public long Ctime { get; init; }

    /// <summary>When its data last changed.</summary>
    public long Mtime { get; init; }

    /// <summary>How often its data was changed.</summary>
    public int Version { get; init; }

    /// <summary>How many children were ever created: the next sequence number.</summary>
    public int Creates { get; init; }

    /// <summary>How often its access control list was changed.</summary>
    public int Aversion { get; init; }

    /// <summary>The session it goes with, <see cref="ContainerOwner" />, or 0.</summary>
    public long EphemeralOwner { get; init; }

    /// <summary>Who may do what with it.</summary>
    public IReadOnlyList<Acl> Acl { get; init; } = Protocol.Acl.Open;

    /// <summary>The children's names.</summary>
    public ImmutableSortedSet<string> Children { get; init; } = NoChildren;

    /// <summary>Whether it goes with a session.</summary>
    public bool IsEphemeral => EphemeralOwner is not (0 or ContainerOwner);

    /// <summary>What the protocol tells of it.</summary>
    /// <remarks>
    /// The protocol's cversion counts creates and deletes. Every create either is still there or was followed by a delete, so that is
    /// twice the creates less the children (and −1 for a new root, whose first child nobody created).
    /// </remarks>
    public Stat ToStat() => new(
        Czxid,
        Mzxid,
        Ctime,
        Mtime,
        Version,
        unchecked((Creates * 2) - Children.Count),
        Aversion,
        IsEphemeral ? EphemeralOwner : 0,
        Data.Length,
        Children.Count,
        Pzxid);
}
