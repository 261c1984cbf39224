using System.Globalization;
using System.Text;
using Catena.Protocols.Resp;
using Catena.Server.PubSub;

namespace Catena.Server.Listeners.Redis;

/// <summary>CLIENT LIST, INFO and KILL: the subcommands that look at connections.</summary>
internal static class ClientListCommands
{
    /// <summary>Names the handlers.</summary>
    /// <param name="table">The subcommands of CLIENT.</param>
    public static void AddTo(SubcommandTable table) => table
        .Add("INFO", 2, "", "Tells about the connection.", static (connection, _) => connection.ReplyText(Describe(connection)))
        .Add("KILL", -3, "<ip:port>|<option> ...", "Closes connections, by ID, ADDR, LADDR, TYPE, USER and MAXAGE; SKIPME NO includes this one.", Kill)
        .Add("LIST", -2, "[TYPE <type>|ID <id> ...]", "Tells about all connections of this node.", List);

    private static void List(RedisConnection connection, RespRequest request)
    {
        if (ClientFilter.ReadList(request, out var error) is not { } filter)
        {
            connection.ReplyError(error);
            return;
        }

        var text = new StringBuilder();
        foreach (var other in connection.Listener.Clients)
        {
            if (filter.Matches(other))
            {
                text.Append(Describe(other));
            }
        }

        connection.ReplyText(text.ToString());
    }

    private static void Kill(RedisConnection connection, RespRequest request)
    {
        var isOldForm = request.Count == 3;
        byte[] error = [];
        var filter = isOldForm ? ClientFilter.OfAddress(request[2]) : ClientFilter.ReadKill(request, out error);
        if (filter is null)
        {
            connection.ReplyError(error);
            return;
        }

        var killed = 0;
        foreach (var other in connection.Listener.Clients)
        {
            if (!filter.Matches(other) || (other == connection && filter.SkipsSelf))
            {
                continue;
            }

            killed++;
            if (other == connection)
            {
                connection.CloseAfterReply();
            }
            else
            {
                other.Abort();
            }
        }

        if (!isOldForm)
        {
            connection.ReplyInteger(killed);
        }
        else if (killed > 0)
        {
            connection.ReplyOk();
        }
        else
        {
            connection.ReplyError("ERR No such client"u8);
        }
    }

    /// <summary>One line of CLIENT LIST. The figures of other connections are read beside their pumps and may be a little old.</summary>
    private static string Describe(RedisConnection connection)
    {
        var time = connection.Listener.Time;
        var age = (long)time.GetElapsedTime(connection.ConnectedAt).TotalSeconds;
        var idle = (long)time.GetElapsedTime(connection.LastActive).TotalSeconds;
        var (session, socket, subscriptions) = (connection.Session, connection.Socket, connection.Subscriptions);
        var transaction = connection.Transaction is { IsOpen: true } open ? open : null;
        var flags = (subscriptions is { Total: > 0 } ? "P" : "") + (transaction is null ? "" : "x");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"id={connection.Id} addr={socket.RemoteEndPoint} laddr={socket.LocalEndPoint} fd=-1 name={session.Name} age={age} "
            + $"idle={idle} flags={(flags.Length == 0 ? "N" : flags)} db=0 sub={Count(ChannelKind.Channel)} "
            + $"psub={Count(ChannelKind.Pattern)} ssub={Count(ChannelKind.Sharded)} multi={transaction?.Queue.Count ?? -1} qbuf={socket.UnreadBytes} qbuf-free=0 "
            + $"argv-mem=0 multi-mem=0 rbs=0 rbp=0 obl=0 oll={connection.CommandsUnderWay} omem={connection.QueuedBytes} "
            + $"tot-mem={socket.ReceiveCapacity + connection.QueuedBytes} events=r cmd={connection.LastCommand} user=default redir=-1 "
            + $"resp={(int)connection.Version} lib-name={session.LibraryName} lib-ver={session.LibraryVersion}\n");

        int Count(ChannelKind kind) => subscriptions?.Names(kind).Count ?? 0;
    }
}
