using Catena.ZooKeeper.Jute;

namespace Catena.ZooKeeper.Protocol;

/// <summary>
/// The watches that a client wants back after a reconnect (the body of setWatches2; setWatches lacks the last two lists).
/// </summary>
/// <param name="RelativeZxid">The newest transaction the client knew of: what came later is told at once.</param>
/// <param name="Data">Paths with a data watch.</param>
/// <param name="Exist">Paths whose creation is awaited.</param>
/// <param name="Child">Paths with a watch on the list of children.</param>
/// <param name="Persistent">Paths with a persistent watch.</param>
/// <param name="PersistentRecursive">Paths with a persistent recursive watch.</param>
internal sealed record SetWatches(
    long RelativeZxid,
    List<string> Data,
    List<string> Exist,
    List<string> Child,
    List<string> Persistent,
    List<string> PersistentRecursive)
{
    /// <summary>Reads the body of a setWatches or setWatches2 request.</summary>
    /// <param name="reader">Stands behind the request header.</param>
    /// <param name="withPersistent">Whether it is setWatches2.</param>
    public static SetWatches Read(ref JuteReader reader, bool withPersistent) => new(
        reader.ReadLong(),
        reader.ReadStrings(),
        reader.ReadStrings(),
        reader.ReadStrings(),
        withPersistent ? reader.ReadStrings() : [],
        withPersistent ? reader.ReadStrings() : []);

    /// <summary>Writes the body of a setWatches or setWatches2 request.</summary>
    /// <param name="writer">Takes it.</param>
    /// <param name="withPersistent">Whether it is setWatches2.</param>
    public void Write(JuteWriter writer, bool withPersistent)
    {
        writer.Long(RelativeZxid);
        writer.Strings(Data);
        writer.Strings(Exist);
        writer.Strings(Child);
        if (withPersistent)
        {
            writer.Strings(Persistent);
            writer.Strings(PersistentRecursive);
        }
    }
}
