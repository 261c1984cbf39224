using Catena.ZooKeeper.Jute;

namespace Catena.ZooKeeper.Protocol;

/// <summary>What every reply and watch event begins with; a body follows only where <see cref="Error" /> is 0.</summary>
/// <param name="Xid">The request's number, or a <see cref="SpecialXid" />.</param>
/// <param name="Zxid">The server's newest transaction; not meant where it is 0 or less.</param>
/// <param name="Error">What came of the request.</param>
internal readonly record struct ReplyHeader(int Xid, long Zxid, ErrorCode Error)
{
    /// <summary>Reads the header.</summary>
    /// <param name="reader">Stands at the frame's start.</param>
    public static ReplyHeader Read(ref JuteReader reader) => new(reader.ReadInt(), reader.ReadLong(), (ErrorCode)reader.ReadInt());

    /// <summary>Writes the header.</summary>
    /// <param name="writer">Takes it.</param>
    public void Write(JuteWriter writer)
    {
        writer.Int(Xid);
        writer.Long(Zxid);
        writer.Int((int)Error);
    }
}
