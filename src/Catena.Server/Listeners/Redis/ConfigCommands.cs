using Catena.Protocols.Resp;
using Catena.Protocols.Resp.Commands;

namespace Catena.Server.Listeners.Redis;

/// <summary>CONFIG and its subcommands. Changes concern this node, and last until it ends.</summary>
internal static class ConfigCommands
{
    /// <summary>Names the handlers.</summary>
    public static void AddTo(RedisHandlers handlers) => handlers.Add(CommandClass.Immediate, new SubcommandTable(RedisCommandId.Config)
        .Add("GET", -3, "<pattern> ...", "Tells the settings whose names match.", Get)
        .Add("SET", -4, "<name> <value> ...", "Changes settings of this node until it ends.", Set)
        .Add("RESETSTAT", 2, "", "Counts commands and errors anew.", ResetStatistics)
        .Add("REWRITE", 2, "", "Refused: there is no configuration file.", static (connection, _) =>
            connection.ReplyError("ERR The server is running without a config file"u8)));

    private static void Get(RedisConnection connection, RespRequest request)
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

    private static void Set(RedisConnection connection, RespRequest request)
    {
        if (request.Count % 2 != 0)
        {
            connection.ReplyError(RespErrors.Syntax);
            return;
        }

        var error = connection.Listener.Settings.Change(request, out var changed);
        if (error is not null)
        {
            connection.ReplyError(error);
            return;
        }

        foreach (var name in changed)
        {
            ListenerLog.SettingChanged(connection.Listener.Log, name, connection.Listener.Protocol, connection.Id);
        }

        connection.ReplyOk();
    }

    private static void ResetStatistics(RedisConnection connection, RespRequest request)
    {
        connection.Listener.Statistics.Reset();
        connection.ReplyOk();
    }
}
