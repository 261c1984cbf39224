using Catena.ZooKeeper.Jute;

namespace Catena.ZooKeeper.Protocol;

/// <summary>Word from the server that a watched znode changed.</summary>
/// <param name="Type">What happened.</param>
/// <param name="Path">The znode to which it happened.</param>
public readonly record struct WatchedEvent(WatchedEventType Type, string Path)
{
    private const int StateConnected = 3;

    /// <summary>Reads the body of an event frame.</summary>
    /// <param name="reader">Stands behind the reply header.</param>
    internal static WatchedEvent Read(ref JuteReader reader)
    {
        var type = (WatchedEventType)reader.ReadInt();
        _ = reader.ReadInt();
        return new WatchedEvent(type, reader.ReadString());
    }

    /// <summary>Writes the body of an event frame.</summary>
    /// <param name="writer">Takes it.</param>
    internal void Write(JuteWriter writer)
    {
        writer.Int((int)Type);
        writer.Int(StateConnected);
        writer.String(Path);
    }
}
