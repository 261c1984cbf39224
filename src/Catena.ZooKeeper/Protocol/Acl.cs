using Catena.ZooKeeper.Jute;

namespace Catena.ZooKeeper.Protocol;

/// <summary>One entry of a znode's access control list: who may do what.</summary>
/// <param name="Permissions">What it allows: a sum of <see cref="Protocol.Permissions" />, and other bits as they were given.</param>
/// <param name="Scheme">How the identity is to be understood, such as <c>world</c> or <c>digest</c>.</param>
/// <param name="Id">The identity, such as <c>anyone</c>.</param>
public sealed record Acl(int Permissions, string Scheme, string Id)
{
    /// <summary>Read, write, create, delete and administer.</summary>
    public const int AllPermissions = 31;

    private const int SmallestOnWire = 3 * sizeof(int);

    /// <summary>Everyone may do everything: the list that a create uses unless told otherwise.</summary>
    public static IReadOnlyList<Acl> Open { get; } = [new(AllPermissions, "world", "anyone")];

    /// <summary>Reads a list; the open one is always the same object, since nearly all are.</summary>
    /// <param name="reader">Stands before the list.</param>
    internal static IReadOnlyList<Acl> ReadList(ref JuteReader reader)
    {
        var count = reader.ReadCount(SmallestOnWire);
        var list = new List<Acl>(count);
        for (var i = 0; i < count && reader.IsValid; i++)
        {
            list.Add(new Acl(reader.ReadInt(), reader.ReadString(), reader.ReadString()));
        }

        return list.SequenceEqual(Open) ? Open : list;
    }

    /// <summary>Writes a list.</summary>
    /// <param name="writer">Takes it.</param>
    /// <param name="list">What is written.</param>
    internal static void WriteList(JuteWriter writer, IReadOnlyList<Acl> list)
    {
        writer.Int(list.Count);
        foreach (var acl in list)
        {
            writer.Int(acl.Permissions);
            writer.String(acl.Scheme);
            writer.String(acl.Id);
        }
    }
}
