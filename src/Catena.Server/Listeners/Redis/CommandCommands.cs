using System.Text;
using Catena.Protocols.Resp;
using Catena.Protocols.Resp.Commands;

namespace Catena.Server.Listeners.Redis;

/// <summary>COMMAND and its subcommands.</summary>
internal static class CommandCommands
{
    /// <summary>Answers COMMAND or one of its subcommands.</summary>
    public static void Dispatch(RedisConnection connection, RespRequest request)
    {
        if (request.Count == 1)
        {
            WriteAll(connection);
            return;
        }

        var name = request[1];
        if (Ascii.EqualsIgnoreCase(name, "COUNT"u8))
        {
            connection.ReplyInteger(RedisCommandTable.All.Length);
        }
        else if (Ascii.EqualsIgnoreCase(name, "INFO"u8))
        {
            Info(connection, request);
        }
        else if (Ascii.EqualsIgnoreCase(name, "DOCS"u8))
        {
            Docs(connection, request);
        }
        else if (Ascii.EqualsIgnoreCase(name, "LIST"u8))
        {
            List(connection, request);
        }
        else if (Ascii.EqualsIgnoreCase(name, "GETKEYS"u8))
        {
            GetKeys(connection, request);
        }
        else
        {
            connection.ReplyError(RespErrors.UnknownSubcommand(RedisCommandTable.Get(RedisCommandId.Command), name));
        }
    }

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
        ReadOnlySpan<byte> pattern = "*"u8;
        if (request.Count == 5 && Ascii.EqualsIgnoreCase(request[2], "FILTERBY"u8) && Ascii.EqualsIgnoreCase(request[3], "PATTERN"u8))
        {
            pattern = request[4];
        }
        else if (request.Count != 2)
        {
            connection.ReplyError(RespErrors.Syntax);
            return;
        }

        var names = new List<ReadOnlyMemory<byte>>();
        foreach (var command in RedisCommandTable.All)
        {
            if (new GlobPattern(pattern).IsMatch(command.NameBytes.Span))
            {
                names.Add(command.NameBytes);
            }
        }

        var writer = connection.Begin();
        writer.WriteArrayHeader(names.Count);
        foreach (var name in names)
        {
            writer.WriteBulk(name.Span);
        }

        connection.End();
    }

    private static void GetKeys(RedisConnection connection, RespRequest request)
    {
        if (request.Count < 4)
        {
            connection.ReplyError(RespErrors.WrongArgumentCount("command|getkeys"));
            return;
        }

        var count = request.Count - 2;
        if (RedisCommandTable.Find(request[2])?.Resolve(request[3]) is not { } command)
        {
            connection.ReplyError(RespErrors.InvalidCommandSpecified);
        }
        else if (command.FirstKey == 0)
        {
            connection.ReplyError(RespErrors.CommandHasNoKeys);
        }
        else if (!command.Accepts(count))
        {
            connection.ReplyError(RespErrors.InvalidArgumentCountForCommand);
        }
        else
        {
            var keys = command.KeysOf(count);
            var writer = connection.Begin();
            writer.WriteArrayHeader(keys.Count);
            for (var i = 0; i < keys.Count; i++)
            {
                writer.WriteBulk(request[keys[i] + 2]);
            }

            connection.End();
        }
    }
}
