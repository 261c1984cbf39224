using System.Globalization;
using System.Text;
using Catena.Protocols.Resp;
using Catena.Protocols.Resp.Commands;
using Catena.Server.Node;

namespace Catena.Server.Listeners.Redis;

/// <summary>SAVE and its kin, as a store answers them that keeps every write in a journal.</summary>
/// <remarks>
/// With the durability <c>always</c> a write is on disk, on every member, before it is answered. So SAVE has nothing to do, and everything was
/// saved last just now. With <c>interval</c> the same is true after that interval, which BGSAVE and BGREWRITEAOF allow for and SAVE does not.
/// With <c>os</c> nothing can be promised.
/// </remarks>
internal static class PersistenceCommands
{
    /// <summary>Names the handlers.</summary>
    public static void AddTo(RedisHandlers handlers)
    {
        // Writes before it on the connection are answered, hence durable, when it is answered.
        handlers.Add(RedisCommandId.Save, CommandClass.Exclusive, Save);
        handlers.Add(RedisCommandId.BgSave, CommandClass.Immediate, SaveInBackground);
        handlers.Add(RedisCommandId.BgRewriteAof, CommandClass.Immediate, static (connection, _) =>
            Started(connection, "Background append only file rewriting started"u8));
        handlers.Add(RedisCommandId.LastSave, CommandClass.Immediate, static (connection, _) =>
            connection.ReplyInteger(LastSave(connection.Listener)));
        handlers.Add(RedisCommandId.Time, CommandClass.Immediate, Time);
    }

    /// <summary>Until when every acknowledged write is certainly on disk, in Unix seconds.</summary>
    /// <param name="listener">Who is asked.</param>
    public static long LastSave(RedisListener listener)
    {
        var age = listener.Node.Durability switch
        {
            Durability.Always => TimeSpan.Zero,
            Durability.Interval => listener.Node.SyncInterval,
            _ => listener.Time.GetElapsedTime(listener.StartedAt),
        };
        return (listener.Time.GetUtcNow() - age).ToUnixTimeSeconds();
    }

    private static void Save(RedisConnection connection, RespRequest request)
    {
        if (connection.Listener.Node.Durability == Durability.Always)
        {
            connection.ReplyOk();
        }
        else
        {
            connection.ReplyError("ERR SAVE cannot be promised: this node does not sync every write (see the durability setting)"u8);
        }
    }

    private static void SaveInBackground(RedisConnection connection, RespRequest request)
    {
        if (request.Count == 1 || (request.Count == 2 && Ascii.EqualsIgnoreCase(request[1], "SCHEDULE"u8)))
        {
            Started(connection, "Background saving started"u8);
        }
        else
        {
            connection.ReplyError(RespErrors.Syntax);
        }
    }

    private static void Started(RedisConnection connection, ReadOnlySpan<byte> text)
    {
        if (connection.Listener.Node.Durability == Durability.Os)
        {
            connection.ReplyError("ERR saving cannot be promised: this node leaves it to the operating system (see the durability setting)"u8);
            return;
        }

        connection.Begin().WriteSimpleString(text);
        connection.End();
    }

    private static void Time(RedisConnection connection, RespRequest request)
    {
        var microseconds = connection.Listener.Time.GetUtcNow().Ticks - DateTimeOffset.UnixEpoch.Ticks;
        microseconds /= TimeSpan.TicksPerMicrosecond;
        var writer = connection.Begin();
        writer.WriteArrayHeader(2);
        writer.WriteBulk((microseconds / 1_000_000).ToString(CultureInfo.InvariantCulture));
        writer.WriteBulk((microseconds % 1_000_000).ToString(CultureInfo.InvariantCulture));
        connection.End();
    }
}
