using Catena.ZooKeeper.Jute;

namespace Catena.ZooKeeper.Protocol;

/// <summary>What every request after the handshake begins with.</summary>
/// <param name="Xid">The request's number in its connection, or a <see cref="SpecialXid" />.</param>
/// <param name="Type">What is asked for.</param>
internal readonly record struct RequestHeader(int Xid, OpCode Type)
{
    /// <summary>Reads the header.</summary>
    /// <param name="reader">Stands at the frame's start.</param>
    public static RequestHeader Read(ref JuteReader reader) => new(reader.ReadInt(), (OpCode)reader.ReadInt());

    /// <summary>Writes the header.</summary>
    /// <param name="writer">Takes it.</param>
    public void Write(JuteWriter writer)
    {
        writer.Int(Xid);
        writer.Int((int)Type);
    }
}
