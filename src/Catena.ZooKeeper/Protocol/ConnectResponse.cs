using Catena.ZooKeeper.Jute;

namespace Catena.ZooKeeper.Protocol;

/// <summary>A server's answer to <see cref="ConnectRequest" />; a timeout of 0 or less says that the session has expired.</summary>
/// <param name="TimeoutMilliseconds">The session timeout that holds.</param>
/// <param name="SessionId">The session.</param>
/// <param name="Password">The session's password: 16 bytes.</param>
/// <param name="ReadOnly">Whether the server only reads; null where the request had no such field.</param>
internal readonly record struct ConnectResponse(
    int TimeoutMilliseconds, long SessionId, ReadOnlyMemory<byte> Password, bool? ReadOnly)
{
    /// <summary>Reads the response.</summary>
    /// <param name="reader">Stands at the frame's start.</param>
    public static ConnectResponse Read(ref JuteReader reader)
    {
        _ = reader.ReadInt();
        var timeout = reader.ReadInt();
        var session = reader.ReadLong();
        var password = reader.ReadBuffer().ToArray();
        return new ConnectResponse(timeout, session, password, reader.Remaining > 0 ? reader.ReadBool() : null);
    }

    /// <summary>Writes the response, without the frame's length.</summary>
    /// <param name="writer">Takes it.</param>
    public void Write(JuteWriter writer)
    {
        writer.Int(0);
        writer.Int(TimeoutMilliseconds);
        writer.Long(SessionId);
        writer.Buffer(Password.Span);
        if (ReadOnly is { } readOnly)
        {
            writer.Bool(readOnly);
        }
    }
}
