using System.Text;
using Catena.Protocols.Resp;
using Catena.Protocols.Resp.Commands;

namespace Catena.Server.Listeners.Redis;

/// <summary>COMMAND and its subcommands.</summary>
internal static class CommandCommands
{
    /// <summary>Names the handlers.</summary>
    public static void AddTo(RedisHandlers handlers) => handlers.Add(
        CommandClass.Immediate,
        new SubcommandTable(RedisCommandId.Command) { Bare = static (connection, _) => WriteAll(connection) }
            .Add("COUNT", 2, "", "Counts the commands.", static (connection, _) => connection.ReplyInteger(RedisCommandTable.All.Length))
            .Add("DOCS", -2, "[<name> ...]", "Tells what commands do.", Docs)
            .Add("GETKEYS", -4, "<request>", "Tells which arguments of a request are keys.", static (connection, request) =>
                GetKeys(connection, request, withFlags: false))
            .Add("GETKEYSANDFLAGS", -4, "<request>", "Tells which arguments of a request are keys, and what is done to them.", static (connection, request) =>
                GetKeys(connection, request, withFlags: true))
            .Add("INFO", -2, "[<name> ...]", "Tells facts about commands.", Info)
            .Add("LIST", -2, "[FILTERBY (MODULE <name>|ACLCAT <category>|PATTERN <pattern>)]", "Lists the commands.", List));

    private static void WriteAll(RedisConnection connection)
    {
        var writer = connection.Begin();
        writer.WriteArrayHeader(RedisCommandTable.All.Length);
        foreach (var command in RedisCommandTable.All)
        {
            RedisCommandDescription.WriteInfo(writer, command);
        }

        connection.End();
    }

    private static void Info(RedisConnection connection, RespRequest request)
    {
        if (request.Count == 2)
        {
            WriteAll(connection);
            return;
        }

        var writer = connection.Begin();
        writer.WriteArrayHeader(request.Count - 2);
        for (var i = 2; i < request.Count; i++)
        {
            if (RedisCommandTable.Find(request[i]) is { } command)
            {
                RedisCommandDescription.WriteInfo(writer, command);
            }
            else
            {
                writer.WriteNull();
            }
        }

        connection.End();
    }

    private static void Docs(RedisConnection connection, RespRequest request)
    {
        var commands = new List<RedisCommand>();
        for (var i = 2; i < request.Count; i++)
        {
            if (RedisCommandTable.Find(request[i]) is { } command)
            {
                commands.Add(command);
            }
        }

        if (request.Count == 2)
        {
            commands.AddRange(RedisCommandTable.All);
        }

        var writer = connection.Begin();
        writer.WriteMapHeader(commands.Count);
        foreach (var command in commands)
        {
            writer.WriteBulk(command.NameBytes.Span);
            RedisCommandDescription.WriteDocs(writer, command);
        }

        connection.End();
    }

    private static void List(RedisConnection connection, RespRequest request)
    {
        var isFiltered = request.Count == 5 && Ascii.EqualsIgnoreCase(request[2], "FILTERBY"u8);
        if (!isFiltered && request.Count != 2)
        {
            connection.ReplyError(RespErrors.Syntax);
            return;
        }

        IEnumerable<RedisCommand> commands = RedisCommandTable.All.ToArray();
        if (isFiltered && Ascii.EqualsIgnoreCase(request[3], "PATTERN"u8))
        {
            var pattern = request[4].ToArray();
            commands = commands.Where(command => new GlobPattern(pattern).IsMatch(command.NameBytes.Span));
        }
        else if (isFiltered && Ascii.EqualsIgnoreCase(request[3], "ACLCAT"u8))
        {
            commands = AccessCommands.InCategory($"@{Encoding.Latin1.GetString(request[4]).ToLowerInvariant()}");
        }
        else if (isFiltered && Ascii.EqualsIgnoreCase(request[3], "MODULE"u8))
        {
            commands = [];
        }
        else if (isFiltered)
        {
            connection.ReplyError(RespErrors.Syntax);
            return;
        }

        var names = commands.Select(command => command.NameBytes).ToList();
        var writer = connection.Begin();
        writer.WriteArrayHeader(names.Count);
        foreach (var name in names)
        {
            writer.WriteBulk(name.Span);
        }

        connection.End();
    }

    private static void GetKeys(RedisConnection connection, RespRequest request, bool withFlags)
    {
        var count = request.Count - 2;
        if (RedisCommandTable.Find(request[2])?.Resolve(request[3]) is not { } command)
        {
            connection.ReplyError(RespErrors.InvalidCommandSpecified);
            return;
        }

        var keys = command.KeysOf(count);
        if (command.HasNoKeys)
        {
            connection.ReplyError(RespErrors.CommandHasNoKeys);
            return;
        }

        if (!command.Accepts(count))
        {
            connection.ReplyError(RespErrors.InvalidArgumentCountForCommand);
            return;
        }

        var writer = connection.Begin();
        writer.WriteArrayHeader(keys.Count);
        for (var i = 0; i < keys.Count; i++)
        {
            if (withFlags)
            {
                writer.WriteArrayHeader(2);
                writer.WriteBulk(request[keys[i] + 2]);
                RedisCommandDescription.WriteKeyAccess(writer, command, keys[i]);
            }
            else
            {
                writer.WriteBulk(request[keys[i] + 2]);
            }
        }

        connection.End();
    }
}
