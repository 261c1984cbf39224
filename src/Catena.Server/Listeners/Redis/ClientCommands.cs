using System.Globalization;
using System.Text;
using Catena.Protocols.Resp;
using Catena.Protocols.Resp.Commands;

namespace Catena.Server.Listeners.Redis;

/// <summary>CLIENT and its subcommands.</summary>
internal static class ClientCommands
{
    private static readonly RedisCommand Command = RedisCommandTable.Get(RedisCommandId.Client);

    /// <summary>Answers one of the subcommands.</summary>
    public static void Dispatch(RedisConnection connection, RespRequest request)
    {
        var name = request[1];
        if (Ascii.EqualsIgnoreCase(name, "ID"u8) && Takes(connection, request, 2, "client|id"))
        {
            connection.ReplyInteger(connection.Id);
        }
        else if (Ascii.EqualsIgnoreCase(name, "GETNAME"u8) && Takes(connection, request, 2, "client|getname"))
        {
            GetName(connection);
        }
        else if (Ascii.EqualsIgnoreCase(name, "SETNAME"u8) && Takes(connection, request, 3, "client|setname"))
        {
            SetName(connection, request[2]);
        }
        else if (Ascii.EqualsIgnoreCase(name, "SETINFO"u8) && Takes(connection, request, 4, "client|setinfo"))
        {
            SetInfo(connection, request);
        }
        else if (Ascii.EqualsIgnoreCase(name, "INFO"u8) && Takes(connection, request, 2, "client|info"))
        {
            ReplyText(connection, Describe(connection));
        }
        else if (Ascii.EqualsIgnoreCase(name, "LIST"u8))
        {
            List(connection, request);
        }
        else if (Ascii.EqualsIgnoreCase(name, "REPLY"u8) && Takes(connection, request, 3, "client|reply"))
        {
            Reply(connection, request[2]);
        }
        else if (Ascii.EqualsIgnoreCase(name, "NO-EVICT"u8) && Takes(connection, request, 3, "client|no-evict"))
        {
            OnOrOff(connection, request[2]);
        }
        else if (Ascii.EqualsIgnoreCase(name, "NO-TOUCH"u8) && Takes(connection, request, 3, "client|no-touch"))
        {
            OnOrOff(connection, request[2]);
        }
        else if (!IsKnown(name))
        {
            connection.ReplyError(RespErrors.UnknownSubcommand(Command, name));
        }
    }

    private static bool IsKnown(ReadOnlySpan<byte> name)
    {
        // A known subcommand with a wrong number of arguments was answered already.
        Span<byte> upper = stackalloc byte[16];
        if (name.Length > upper.Length)
        {
            return false;
        }

        Ascii.ToUpper(name, upper, out var length);
        return Encoding.ASCII.GetString(upper[..length]) is "ID" or "GETNAME" or "SETNAME" or "SETINFO" or "INFO" or "LIST" or "REPLY"
            or "NO-EVICT" or "NO-TOUCH";
    }

    private static bool Takes(RedisConnection connection, RespRequest request, int count, string fullName)
    {
        if (request.Count == count)
        {
            return true;
        }

        connection.ReplyError(RespErrors.WrongArgumentCount(fullName));
        return false;
    }

    private static void GetName(RedisConnection connection)
    {
        var writer = connection.Begin();
        if (connection.Name.Length == 0)
        {
            writer.WriteNull();
        }
        else
        {
            writer.WriteBulk(connection.Name);
        }

        connection.End();
    }

    private static void SetName(RedisConnection connection, ReadOnlySpan<byte> name)
    {
        if (name.ContainsAnyExceptInRange((byte)'!', (byte)'~'))
        {
            connection.ReplyError(RespErrors.InvalidClientName);
            return;
        }

        connection.Name = Encoding.ASCII.GetString(name);
        connection.ReplyOk();
    }

    private static void SetInfo(RedisConnection connection, RespRequest request)
    {
        var value = request[3];
        if (value.ContainsAnyExceptInRange((byte)'!', (byte)'~'))
        {
            connection.ReplyError("ERR CLIENT SETINFO values cannot contain spaces, newlines or special characters."u8);
        }
        else if (Ascii.EqualsIgnoreCase(request[2], "LIB-NAME"u8))
        {
            connection.LibraryName = Encoding.ASCII.GetString(value);
            connection.ReplyOk();
        }
        else if (Ascii.EqualsIgnoreCase(request[2], "LIB-VER"u8))
        {
            connection.LibraryVersion = Encoding.ASCII.GetString(value);
            connection.ReplyOk();
        }
        else
        {
            connection.ReplyError([.. "ERR Unrecognized option '"u8, .. request[2], (byte)'\'']);
        }
    }

    private static void List(RedisConnection connection, RespRequest request)
    {
        // LIST TYPE NORMAL and LIST ID are the filters that clients use; the other types have no clients here.
        var ids = new HashSet<long>();
        var all = request.Count == 2;
        if (request.Count == 4 && Ascii.EqualsIgnoreCase(request[2], "TYPE"u8))
        {
            all = Ascii.EqualsIgnoreCase(request[3], "NORMAL"u8);
        }
        else if (request.Count > 3 && Ascii.EqualsIgnoreCase(request[2], "ID"u8))
        {
            for (var i = 3; i < request.Count; i++)
            {
                if (!RedisInteger.TryParse(request[i], out var id))
                {
                    connection.ReplyError("ERR Invalid client ID"u8);
                    return;
                }

                ids.Add(id);
            }
        }
        else if (request.Count != 2)
        {
            connection.ReplyError(RespErrors.Syntax);
            return;
        }

        var text = new StringBuilder();
        foreach (var other in connection.Listener.Connections)
        {
            if (all || ids.Contains(other.Id))
            {
                text.Append(Describe((RedisConnection)other));
            }
        }

        ReplyText(connection, text.ToString());
    }

    private static void Reply(RedisConnection connection, ReadOnlySpan<byte> mode)
    {
        if (Ascii.EqualsIgnoreCase(mode, "ON"u8))
        {
            connection.ReplyOk();
        }
        else if (Ascii.EqualsIgnoreCase(mode, "OFF"u8) || Ascii.EqualsIgnoreCase(mode, "SKIP"u8))
        {
            connection.ReplyError("ERR CLIENT REPLY OFF and SKIP are not supported"u8);
        }
        else
        {
            connection.ReplyError(RespErrors.Syntax);
        }
    }

    private static void OnOrOff(RedisConnection connection, ReadOnlySpan<byte> value)
    {
        if (Ascii.EqualsIgnoreCase(value, "ON"u8) || Ascii.EqualsIgnoreCase(value, "OFF"u8))
        {
            connection.ReplyOk();
        }
        else
        {
            connection.ReplyError(RespErrors.Syntax);
        }
    }

    /// <summary>One line of CLIENT LIST. The figures of other connections are read beside their pumps and may be a little old.</summary>
    private static string Describe(RedisConnection connection)
    {
        var time = connection.Listener.Time;
        var age = (long)time.GetElapsedTime(connection.ConnectedAt).TotalSeconds;
        var idle = (long)time.GetElapsedTime(connection.LastActive).TotalSeconds;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"id={connection.Id} addr={connection.RemoteEndPoint} laddr={connection.LocalEndPoint} fd=-1 name={connection.Name} age={age} "
            + $"idle={idle} flags=N db=0 sub=0 psub=0 ssub=0 multi=-1 qbuf={connection.UnreadBytes} qbuf-free=0 argv-mem=0 multi-mem=0 "
            + $"obl=0 oll={connection.CommandsUnderWay} omem={connection.QueuedBytes} tot-mem={connection.ReceiveCapacity} events=r "
            + $"cmd={connection.LastCommand} user=default redir=-1 resp={(int)connection.Version} lib-name={connection.LibraryName} "
            + $"lib-ver={connection.LibraryVersion}\n");
    }

    private static void ReplyText(RedisConnection connection, string text)
    {
        connection.Begin().WriteVerbatim("txt"u8, Encoding.UTF8.GetBytes(text));
        connection.End();
    }
}
