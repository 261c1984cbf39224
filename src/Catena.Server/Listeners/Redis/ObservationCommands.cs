using System.Text;
using Catena.Core.Data;
using Catena.Protocols.Resp;
using Catena.Protocols.Resp.Commands;
using Catena.Server.Listeners.Redis.Forms;
using Catena.Server.Listeners.Redis.Statistics;

namespace Catena.Server.Listeners.Redis;

/// <summary>INFO, SLOWLOG, LATENCY, MEMORY, ROLE and LOLWUT: requests that look at the node.</summary>
internal static class ObservationCommands
{
    private const int NewestByDefault = 10;

    /// <summary>Names the handlers.</summary>
    public static void AddTo(RedisHandlers handlers)
    {
        handlers.Add(RedisCommandId.Info, CommandClass.Immediate, Info);
        handlers.Add(RedisCommandId.Role, CommandClass.Immediate, Role);
        handlers.Add(RedisCommandId.Lolwut, CommandClass.Immediate, static (connection, _) =>
            connection.ReplyText($"Catena, which speaks as Redis ver. {RedisListener.RedisVersion}\n"));
        handlers.Add(CommandClass.Immediate, new SubcommandTable(RedisCommandId.SlowLog)
            .Add("GET", -2, "[<count>]", "Shows the newest slow commands (default: 10, -1 for all).", SlowLogGet)
            .Add("LEN", 2, "", "Tells how many slow commands are remembered.", static (connection, _) =>
                connection.ReplyInteger(connection.Listener.SlowLog.Count))
            .Add("RESET", 2, "", "Forgets the slow commands.", SlowLogReset));

        // There is no latency monitor, as in a Redis whose threshold is 0, the default.
        handlers.Add(CommandClass.Immediate, new SubcommandTable(RedisCommandId.Latency)
            .Add("HISTORY", 3, "<event>", "Lists the latencies of an event: none.", Nothing)
            .Add("LATEST", 2, "", "Lists the latest latencies: none.", Nothing)
            .Add("RESET", -2, "[<event> ...]", "Resets events: none.", static (connection, _) => connection.ReplyInteger(0)));
        handlers.Add(CommandClass.Read, new SubcommandTable(RedisCommandId.Memory)
            .Add("PURGE", 2, "", "Accepted: memory is given back without being asked.", static (connection, _) => connection.ReplyOk())
            .Add("USAGE", -3, "<key> [SAMPLES <count>]", "Tells about how many bytes a key and its value take.", MemoryUsage));
    }

    private static void Info(RedisConnection connection, RespRequest request)
    {
        var sections = new List<string>();
        for (var i = 1; i < request.Count; i++)
        {
            sections.Add(Encoding.UTF8.GetString(request[i]).ToLowerInvariant());
        }

        connection.ReplyText(InfoText.Write(connection.Listener, sections));
    }

    private static void Role(RedisConnection connection, RespRequest request)
    {
        // Partitions replicate, not nodes: every node takes reads and writes, and has no node that follows it as a whole.
        var writer = connection.Begin();
        writer.WriteArrayHeader(3);
        writer.WriteBulk("master"u8);
        writer.WriteInteger(0);
        writer.WriteArrayHeader(0);
        connection.End();
    }

    private static void SlowLogGet(RedisConnection connection, RespRequest request)
    {
        long count = NewestByDefault;
        if (request.Count > 3)
        {
            connection.ReplyError(RespErrors.SubcommandSyntax(RedisCommandTable.Get(RedisCommandId.SlowLog), request[1]));
            return;
        }

        if (request.Count == 3 && (!RedisInteger.TryParse(request[2], out count) || count < -1))
        {
            connection.ReplyError("ERR count should be greater than or equal to -1"u8);
            return;
        }

        var entries = connection.Listener.SlowLog.Newest(count < 0 ? int.MaxValue : (int)Math.Min(count, int.MaxValue));
        var writer = connection.Begin();
        writer.WriteArrayHeader(entries.Count);
        foreach (var entry in entries)
        {
            WriteEntry(writer, entry);
        }

        connection.End();
    }

    private static void WriteEntry(RespWriter writer, SlowEntry entry)
    {
        writer.WriteArrayHeader(6);
        writer.WriteInteger(entry.Id);
        writer.WriteInteger(entry.UnixSeconds);
        writer.WriteInteger(entry.Microseconds);
        writer.WriteArrayHeader(entry.Arguments.Count);
        foreach (var argument in entry.Arguments)
        {
            writer.WriteBulk(argument);
        }

        writer.WriteBulk(entry.Client?.ToString() ?? "");
        writer.WriteBulk(entry.ClientName);
    }

    private static void SlowLogReset(RedisConnection connection, RespRequest request)
    {
        connection.Listener.SlowLog.Keep(0);
        connection.ReplyOk();
    }

    private static void Nothing(RedisConnection connection, RespRequest request)
    {
        connection.Begin().WriteArrayHeader(0);
        connection.End();
    }

    private static void MemoryUsage(RedisConnection connection, RespRequest request)
    {
        for (var i = 3; i < request.Count; i += 2)
        {
            if (!Ascii.EqualsIgnoreCase(request[i], "SAMPLES"u8) || i + 1 == request.Count)
            {
                connection.ReplyError(RespErrors.Syntax);
                return;
            }

            // Accepted and not needed: every value is one string.
            if (!RedisInteger.TryParse(request[i + 1], out var samples))
            {
                connection.ReplyError(RespErrors.NotAnInteger);
                return;
            }

            if (samples < 0)
            {
                connection.ReplyError(RespErrors.Syntax);
                return;
            }
        }

        if (connection.TryPlace(request[2], out var slot))
        {
            connection.Run(new Command { Kind = CommandKind.Get, Slot = slot, Key = request[2] }, new MemoryForm(request[2].Length));
        }
    }
}
