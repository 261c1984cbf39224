using System.Text;
using Catena.Protocols.Resp;
using Catena.Protocols.Resp.Commands;

namespace Catena.Server.Listeners.Redis;

/// <summary>SCRIPT and FUNCTION: what is true of a server that has no scripts and cannot be given any.</summary>
internal static class ScriptCommands
{
    private static ReadOnlySpan<byte> NotSupported => "ERR scripts and functions are not supported"u8;

    /// <summary>Names the handlers.</summary>
    public static void AddTo(RedisHandlers handlers)
    {
        handlers.Add(CommandClass.Immediate, new SubcommandTable(RedisCommandId.Script)
            .Add("EXISTS", -3, "<sha1> ...", "Tells which scripts there are: none.", Exists)
            .Add("FLUSH", -2, "[ASYNC|SYNC]", "Removes all scripts, of which there are none.", static (connection, request) =>
                Flush(connection, request, "ERR SCRIPT FLUSH only support SYNC|ASYNC option"u8))
            .Add("KILL", 2, "", "Stops a script that runs: none does.", static (connection, _) => connection.ReplyError(RespErrors.NothingRuns))
            .Add("LOAD", 3, "<script>", "Refused: there are no scripts.", static (connection, _) => connection.ReplyError(NotSupported)));
        handlers.Add(CommandClass.Immediate, new SubcommandTable(RedisCommandId.Function)
            .Add("DELETE", 3, "<library>", "Removes a library: there is none.", static (connection, _) =>
                connection.ReplyError("ERR Library not found"u8))
            .Add("FLUSH", -2, "[ASYNC|SYNC]", "Removes all functions, of which there are none.", static (connection, request) =>
                Flush(connection, request, "ERR FUNCTION FLUSH only supports SYNC|ASYNC option"u8))
            .Add("KILL", 2, "", "Stops a function that runs: none does.", static (connection, _) => connection.ReplyError(RespErrors.NothingRuns))
            .Add("LIST", -2, "[LIBRARYNAME <pattern>] [WITHCODE]", "Lists libraries: none.", List)
            .Add("LOAD", -3, "[REPLACE] <code>", "Refused: there are no functions.", static (connection, _) => connection.ReplyError(NotSupported))
            .Add("STATS", 2, "", "Tells about what runs: nothing.", Stats));
    }

    private static void Exists(RedisConnection connection, RespRequest request)
    {
        var writer = connection.Begin();
        writer.WriteArrayHeader(request.Count - 2);
        for (var i = 2; i < request.Count; i++)
        {
            writer.WriteInteger(0);
        }

        connection.End();
    }

    private static void Flush(RedisConnection connection, RespRequest request, ReadOnlySpan<byte> error)
    {
        if (request.Count == 2
            || (request.Count == 3 && (Ascii.EqualsIgnoreCase(request[2], "SYNC"u8) || Ascii.EqualsIgnoreCase(request[2], "ASYNC"u8))))
        {
            connection.ReplyOk();
        }
        else
        {
            connection.ReplyError(error);
        }
    }

    private static void List(RedisConnection connection, RespRequest request)
    {
        for (var i = 2; i < request.Count; i++)
        {
            if (Ascii.EqualsIgnoreCase(request[i], "LIBRARYNAME"u8))
            {
                if (++i == request.Count)
                {
                    connection.ReplyError("ERR library name argument was not given"u8);
                    return;
                }
            }
            else if (!Ascii.EqualsIgnoreCase(request[i], "WITHCODE"u8))
            {
                connection.ReplyError([.. "ERR Unknown argument "u8, .. request[i]]);
                return;
            }
        }

        connection.Begin().WriteArrayHeader(0);
        connection.End();
    }

    private static void Stats(RedisConnection connection, RespRequest request)
    {
        var writer = connection.Begin();
        writer.WriteMapHeader(2);
        writer.WriteBulk("running_script"u8);
        writer.WriteNull();
        writer.WriteBulk("engines"u8);
        writer.WriteMapHeader(0);
        connection.End();
    }
}
