namespace Catena.ZooKeeper.Protocol;

/// <summary>Creates a znode.</summary>
/// <param name="Path">Its path; a sequential mode adds ten digits.</param>
/// <param name="Data">Its data.</param>
/// <param name="Mode">What kind of znode it becomes.</param>
public sealed record CreateOp(string Path, ReadOnlyMemory<byte> Data, CreateMode Mode = CreateMode.Persistent) : Op(Path)
{
    /// <summary>Who may do what with it; everyone everything by default.</summary>
    public IReadOnlyList<Acl> Acl { get; init; } = Protocol.Acl.Open;

    /// <summary>The time to live in milliseconds, for the modes that have one.</summary>
    public long TimeToLiveMilliseconds { get; init; }
}
