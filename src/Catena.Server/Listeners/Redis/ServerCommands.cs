using System.Text;
using Catena.Protocols.Resp;
using Catena.Protocols.Resp.Commands;

namespace Catena.Server.Listeners.Redis;

/// <summary>INFO, CONFIG and COMMAND: requests about the server.</summary>
internal static class ServerCommands
{
    /// <summary>Names the handlers.</summary>
    public static void AddTo(RedisHandlers handlers)
    {
        handlers.Add(RedisCommandId.Info, CommandClass.Immediate, Info);
        handlers.Add(RedisCommandId.Config, CommandClass.Immediate, Config);
        handlers.Add(RedisCommandId.Command, CommandClass.Immediate, CommandCommands.Dispatch);
    }

    private static void Info(RedisConnection connection, RespRequest request)
    {
        var sections = new List<string>();
        for (var i = 1; i < request.Count; i++)
        {
            sections.Add(Encoding.UTF8.GetString(request[i]).ToLowerInvariant());
        }

        var text = InfoText.Write(connection.Listener, sections);
        connection.Begin().WriteVerbatim("txt"u8, Encoding.UTF8.GetBytes(text));
        connection.End();
    }

    private static void Config(RedisConnection connection, RespRequest request)
    {
        var name = request[1];
        if (Ascii.EqualsIgnoreCase(name, "GET"u8) && request.Count > 2)
        {
            var settings = connection.Listener.Settings.Find(request);
            var writer = connection.Begin();
            writer.WriteMapHeader(settings.Count);
            foreach (var (key, value) in settings)
            {
                writer.WriteBulk(key);
                writer.WriteBulk(value);
            }

            connection.End();
        }
        else if (Ascii.EqualsIgnoreCase(name, "GET"u8))
        {
            connection.ReplyError(RespErrors.WrongArgumentCount("config|get"));
        }
        else if (Ascii.EqualsIgnoreCase(name, "SET"u8))
        {
            connection.ReplyError("ERR CONFIG SET is not supported: settings are given when the node starts"u8);
        }
        else if (Ascii.EqualsIgnoreCase(name, "REWRITE"u8))
        {
            connection.ReplyError("ERR The server is running without a config file"u8);
        }
        else
        {
            connection.ReplyError(RespErrors.UnknownSubcommand(RedisCommandTable.Get(RedisCommandId.Config), name));
        }
    }
}
