using Catena.ZooKeeper.Jute;

namespace Catena.ZooKeeper.Protocol;

/// <summary>What ZooKeeper knows of a znode besides its data, in the order of the wire (68 bytes).</summary>
/// <param name="Czxid">The transaction that created it.</param>
/// <param name="Mzxid">The transaction that last changed its data.</param>
/// <param name="Ctime">When it was created, in milliseconds since 1970 by the server's clock.</param>
/// <param name="Mtime">When its data last changed, likewise.</param>
/// <param name="Version">How often its data was changed; a znode that is created again starts at 0 again.</param>
/// <param name="Cversion">How often children were created or deleted.</param>
/// <param name="Aversion">How often its access control list was changed.</param>
/// <param name="EphemeralOwner">The session it goes with; 0 for a znode that goes with none.</param>
/// <param name="DataLength">How many bytes of data it holds.</param>
/// <param name="NumChildren">How many children it has.</param>
/// <param name="Pzxid">The transaction that last created or deleted a child.</param>
public readonly record struct Stat(
    long Czxid,
    long Mzxid,
    long Ctime,
    long Mtime,
    int Version,
    int Cversion,
    int Aversion,
    long EphemeralOwner,
    int DataLength,
    int NumChildren,
    long Pzxid)
{
    /// <summary>Reads a stat.</summary>
    /// <param name="reader">Stands before the stat.</param>
    internal static Stat Read(ref JuteReader reader) => new(
        reader.ReadLong(),
        reader.ReadLong(),
        reader.ReadLong(),
        reader.ReadLong(),
        reader.ReadInt(),
        reader.ReadInt(),
        reader.ReadInt(),
        reader.ReadLong(),
        reader.ReadInt(),
        reader.ReadInt(),
        reader.ReadLong());

    /// <summary>Writes the stat.</summary>
    /// <param name="writer">Takes it.</param>
    internal void Write(JuteWriter writer)
    {
        writer.Long(Czxid);
        writer.Long(Mzxid);
        writer.Long(Ctime);
        writer.Long(Mtime);
        writer.Int(Version);
        writer.Int(Cversion);
        writer.Int(Aversion);
        writer.Long(EphemeralOwner);
        writer.Int(DataLength);
        writer.Int(NumChildren);
        writer.Long(Pzxid);
    }
}
