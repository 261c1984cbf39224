using Catena.ZooKeeper.Jute;

namespace Catena.ZooKeeper.Protocol;

/// <summary>The first frame of a connection: asks for a new session (id 0) or for an old one back.</summary>
/// <param name="LastZxidSeen">The newest transaction the client knows of; a server behind it hangs up.</param>
/// <param name="TimeoutMilliseconds">The session timeout asked for.</param>
/// <param name="SessionId">The session to go on with, or 0.</param>
/// <param name="Password">The session's password: 16 bytes.</param>
/// <param name="ReadOnly">Whether a server without a quorum will do; null in the form of clients before 3.4, which end before it.</param>
internal readonly record struct ConnectRequest(
    long LastZxidSeen, int TimeoutMilliseconds, long SessionId, ReadOnlyMemory<byte> Password, bool? ReadOnly)
{
    /// <summary>How many bytes a session's password has.</summary>
    public const int PasswordLength = 16;

    /// <summary>Reads the request.</summary>
    /// <param name="reader">Stands at the frame's start.</param>
    public static ConnectRequest Read(ref JuteReader reader)
    {
        _ = reader.ReadInt();
        var zxid = reader.ReadLong();
        var timeout = reader.ReadInt();
        var session = reader.ReadLong();
        var password = reader.ReadBuffer().ToArray();
        return new ConnectRequest(zxid, timeout, session, password, reader.Remaining > 0 ? reader.ReadBool() : null);
    }

    /// <summary>Writes the request, without the frame's length.</summary>
    /// <param name="writer">Takes it.</param>
    public void Write(JuteWriter writer)
    {
        writer.Int(0);
        writer.Long(LastZxidSeen);
        writer.Int(TimeoutMilliseconds);
        writer.Long(SessionId);
        writer.Buffer(Password.Span);
        if (ReadOnly is { } readOnly)
        {
            writer.Bool(readOnly);
        }
    }
}
