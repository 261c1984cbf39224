using System.Text;
using Catena.Protocols.Resp;
using Catena.Protocols.Resp.Commands;

namespace Catena.Server.Listeners.Redis;

/// <summary>PING, HELLO, SELECT and their kin: requests about the connection itself.</summary>
internal static class ConnectionCommands
{
    /// <summary>Names the handlers.</summary>
    public static void AddTo(RedisHandlers handlers)
    {
        handlers.Add(RedisCommandId.Ping, CommandClass.Immediate, Ping);
        handlers.Add(RedisCommandId.Echo, CommandClass.Immediate, Echo);
        handlers.Add(RedisCommandId.Select, CommandClass.Immediate, Select);
        handlers.Add(RedisCommandId.Quit, CommandClass.Immediate, Quit);

        // These change the version of replies, which must be that of everything under way.
        handlers.Add(RedisCommandId.Hello, CommandClass.Exclusive, Hello);
        handlers.Add(RedisCommandId.Reset, CommandClass.Exclusive, Reset);
        handlers.Add(RedisCommandId.Client, CommandClass.Immediate, ClientCommands.Dispatch);

        // Every node answers for every key, so there is no reading from replicas to allow and no slot on its way to ask for.
        handlers.Add(RedisCommandId.ReadOnly, CommandClass.Immediate, static (connection, _) => connection.ReplyOk());
        handlers.Add(RedisCommandId.ReadWrite, CommandClass.Immediate, static (connection, _) => connection.ReplyOk());
        handlers.Add(RedisCommandId.Asking, CommandClass.Immediate, static (connection, _) => connection.ReplyOk());
    }

    private static void Ping(RedisConnection connection, RespRequest request)
    {
        if (request.Count > 2)
        {
            connection.ReplyError(RespErrors.WrongArgumentCount(RedisCommandTable.Get(RedisCommandId.Ping)));
        }
        else if (request.Count == 2)
        {
            Echo(connection, request);
        }
        else
        {
            connection.Begin().WriteSimpleString("PONG"u8);
            connection.End();
        }
    }

    private static void Echo(RedisConnection connection, RespRequest request)
    {
        connection.Begin().WriteBulk(request[1]);
        connection.End();
    }

    private static void Select(RedisConnection connection, RespRequest request)
    {
        if (DatabaseIndex.TryParse(request[1], out var error))
        {
            connection.ReplyOk();
        }
        else
        {
            connection.ReplyError(error);
        }
    }

    private static void Quit(RedisConnection connection, RespRequest request)
    {
        connection.ReplyOk();
        connection.CloseAfterReply();
    }

    private static void Reset(RedisConnection connection, RespRequest request)
    {
        connection.Version = RespVersion.Resp2;
        connection.Name = "";
        connection.Begin().WriteSimpleString("RESET"u8);
        connection.End();
    }

    private static void Hello(RedisConnection connection, RespRequest request)
    {
        if (!HelloOptions.TryParse(request, out var options, out var error))
        {
            connection.ReplyError(error);
            return;
        }

        // There are no passwords. As with Redis's default user that has none, any password is good for it, and no other user exists.
        if (options.Authenticates && !options.User.SequenceEqual("default"u8))
        {
            connection.ReplyError(RespErrors.WrongPassword);
            return;
        }

        connection.Version = options.Version ?? connection.Version;
        if (options.SetsName)
        {
            connection.Name = Encoding.ASCII.GetString(options.Name);
        }

        var writer = connection.Begin();
        writer.WriteMapHeader(7);
        writer.WriteBulk("server"u8);
        writer.WriteBulk("redis"u8);
        writer.WriteBulk("version"u8);
        writer.WriteBulk(RedisListener.RedisVersion);
        writer.WriteBulk("proto"u8);
        writer.WriteInteger((int)connection.Version);
        writer.WriteBulk("id"u8);
        writer.WriteInteger(connection.Id);
        writer.WriteBulk("mode"u8);
        writer.WriteBulk(connection.Listener.Node.RedisCluster ? "cluster"u8 : "standalone"u8);
        writer.WriteBulk("role"u8);
        writer.WriteBulk("master"u8);
        writer.WriteBulk("modules"u8);
        writer.WriteArrayHeader(0);
        connection.End();
    }
}
