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

        // What follows it on the connection is read by other limits.
        handlers.Add(RedisCommandId.Auth, CommandClass.Immediate, Auth);

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
        else if (connection.Version == RespVersion.Resp2 && connection.Subscriptions is { Total: > 0 })
        {
            // In the form of a message, as whatever such a connection receives.
            var writer = connection.Begin();
            writer.WriteArrayHeader(2);
            writer.WriteBulk("pong"u8);
            writer.WriteBulk(request.Count == 2 ? request[1] : default);
            connection.End();
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
        connection.Subscriptions?.Clear();
        connection.Transaction?.End();
        connection.SettlePushes();
        connection.Version = RespVersion.Resp2;
        connection.Session.Reset(connection.Listener.Password is null);
        connection.Speak();
        connection.Begin().WriteSimpleString("RESET"u8);
        connection.End();
    }

    private static void Auth(RedisConnection connection, RespRequest request)
    {
        if (request.Count > 3)
        {
            connection.ReplyError(RespErrors.Syntax);
        }
        else if (request.Count == 2 && connection.Listener.Password is null)
        {
            connection.ReplyError(RespErrors.NoPasswordConfigured);
        }
        else if (TryAuthenticate(connection, request.Count == 3 ? request[1] : "default"u8, request[request.Count - 1]))
        {
            connection.ReplyOk();
        }
        else
        {
            connection.ReplyError(RespErrors.WrongPassword);
        }
    }

    /// <summary>There is one user, <c>default</c>. As with Redis's user of that name, any password is good where none is set.</summary>
    private static bool TryAuthenticate(RedisConnection connection, ReadOnlySpan<byte> user, ReadOnlySpan<byte> password)
    {
        var isRight = connection.Listener.Password is not { } expected || expected.Matches(password);
        if (!user.SequenceEqual("default"u8) || !isRight)
        {
            return false;
        }

        connection.Session.IsAuthenticated = true;
        return true;
    }

    private static void Hello(RedisConnection connection, RespRequest request)
    {
        if (!HelloOptions.TryParse(request, out var options, out var error))
        {
            connection.ReplyError(error);
            return;
        }

        if (options.Authenticates && !TryAuthenticate(connection, options.User, options.Password))
        {
            connection.ReplyError(RespErrors.WrongPassword);
            return;
        }

        if (!connection.IsAllowed)
        {
            connection.ReplyError(RespErrors.HelloNeedsPassword);
            return;
        }

        connection.SettlePushes();
        connection.Version = options.Version ?? connection.Version;
        if (options.SetsName)
        {
            connection.Session.Name = Encoding.ASCII.GetString(options.Name);
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
