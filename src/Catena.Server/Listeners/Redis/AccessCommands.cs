using System.Text;
using Catena.Protocols.Resp;
using Catena.Protocols.Resp.Commands;

namespace Catena.Server.Listeners.Redis;

/// <summary>ACL: what is true of a server with one user, <c>default</c>, who may do everything once the password is told.</summary>
internal static class AccessCommands
{
    private static readonly string[] Categories =
    [
        "keyspace", "read", "write", "set", "sortedset", "list", "hash", "string", "bitmap", "hyperloglog", "geo", "stream", "pubsub", "admin",
        "fast", "slow", "blocking", "dangerous", "connection", "transaction", "scripting",
    ];

    private static ReadOnlySpan<byte> NoFile =>
        "ERR This Redis instance is not configured to use an ACL file. You may want to specify users via the ACL SETUSER command and then issue a CONFIG REWRITE (assuming you have a Redis configuration file set) in order to store users in the Redis configuration."u8;

    /// <summary>Names the handlers.</summary>
    public static void AddTo(RedisHandlers handlers) => handlers.Add(CommandClass.Immediate, new SubcommandTable(RedisCommandId.Acl)
        .Add("CAT", -2, "[<category>]", "Lists the categories of commands, or the commands of one.", Cat)
        .Add("DELUSER", -3, "<name> ...", "Refused: there is one user.", DeleteUser)
        .Add("GETUSER", 3, "<name>", "Tells what a user may do.", GetUser)
        .Add("LIST", 2, "", "Lists what the users may do.", List)
        .Add("LOAD", 2, "", "Refused: there is no file.", static (connection, _) => connection.ReplyError(NoFile))
        .Add("LOG", -2, "[<count>|RESET]", "Lists refusals: none are kept.", Log)
        .Add("SAVE", 2, "", "Refused: there is no file.", static (connection, _) => connection.ReplyError(NoFile))
        .Add("SETUSER", -3, "<name> ...", "Refused: there is one user.", static (connection, _) =>
            connection.ReplyError("ERR ACL SETUSER is not supported: there is one user, default, and its password is the setting requirepass"u8))
        .Add("USERS", 2, "", "Lists the users.", static (connection, _) => ReplyList(connection, ["default"]))
        .Add("WHOAMI", 2, "", "Tells the user of the connection.", WhoAmI));

    private static void WhoAmI(RedisConnection connection, RespRequest request)
    {
        connection.Begin().WriteBulk("default"u8);
        connection.End();
    }

    private static void Cat(RedisConnection connection, RespRequest request)
    {
        if (request.Count > 3)
        {
            connection.ReplyError(RespErrors.SubcommandSyntax(RedisCommandTable.Get(RedisCommandId.Acl), request[1]));
            return;
        }

        if (request.Count == 2)
        {
            ReplyList(connection, Categories);
            return;
        }

        var category = Encoding.Latin1.GetString(request[2]).ToLowerInvariant();
        if (!Categories.Contains(category))
        {
            connection.ReplyError(RespErrors.Quoting("ERR Unknown category "u8, request[2]));
            return;
        }

        ReplyList(connection, [.. InCategory($"@{category}").Select(command => command.Name)]);
    }

    /// <summary>The commands of a category.</summary>
    /// <param name="category">Its name with its <c>@</c>.</param>
    public static IEnumerable<RedisCommand> InCategory(string category) =>
        RedisCommandTable.All.ToArray().Where(command => RedisCommandDescription.CategoriesOf(command).Contains(category));

    private static void DeleteUser(RedisConnection connection, RespRequest request)
    {
        for (var i = 2; i < request.Count; i++)
        {
            if (request[i].SequenceEqual("default"u8))
            {
                connection.ReplyError("ERR The 'default' user cannot be removed"u8);
                return;
            }
        }

        // Of users that do not exist none was removed.
        connection.ReplyInteger(0);
    }

    private static void GetUser(RedisConnection connection, RespRequest request)
    {
        var writer = connection.Begin();
        if (!request[2].SequenceEqual("default"u8))
        {
            writer.WriteNull();
            connection.End();
            return;
        }

        var password = connection.Listener.Password;
        writer.WriteMapHeader(6);
        writer.WriteBulk("flags"u8);
        writer.WriteSetHeader(password is null ? 2 : 1);
        writer.WriteBulk("on"u8);
        if (password is null)
        {
            writer.WriteBulk("nopass"u8);
        }

        writer.WriteBulk("passwords"u8);
        writer.WriteArrayHeader(password is null ? 0 : 1);
        if (password is not null)
        {
            writer.WriteBulk(password.Digest);
        }

        writer.WriteBulk("commands"u8);
        writer.WriteBulk("+@all"u8);
        writer.WriteBulk("keys"u8);
        writer.WriteBulk("~*"u8);
        writer.WriteBulk("channels"u8);
        writer.WriteBulk("&*"u8);
        writer.WriteBulk("selectors"u8);
        writer.WriteArrayHeader(0);
        connection.End();
    }

    private static void List(RedisConnection connection, RespRequest request)
    {
        var password = connection.Listener.Password is { } set ? $"#{set.Digest}" : "nopass";
        ReplyList(connection, [$"user default on {password} ~* &* +@all"]);
    }

    private static void Log(RedisConnection connection, RespRequest request)
    {
        if (request.Count == 3 && Ascii.EqualsIgnoreCase(request[2], "RESET"u8))
        {
            connection.ReplyOk();
        }
        else if (request.Count == 2 || (request.Count == 3 && RedisInteger.TryParse(request[2], out _)))
        {
            ReplyList(connection, []);
        }
        else
        {
            connection.ReplyError(RespErrors.SubcommandSyntax(RedisCommandTable.Get(RedisCommandId.Acl), request[1]));
        }
    }

    private static void ReplyList(RedisConnection connection, string[] items)
    {
        var writer = connection.Begin();
        writer.WriteArrayHeader(items.Length);
        foreach (var item in items)
        {
            writer.WriteBulk(item);
        }

        connection.End();
    }
}
