namespace Catena.ZooKeeper.Protocol;

/// <summary>Replaces a znode's access control list; not a part of any multi.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Acl">The new list.</param>
/// <param name="Version">The list's version that it must have; −1 for any.</param>
public sealed record SetAclOp(string Path, IReadOnlyList<Acl> Acl, int Version) : Op(Path);
