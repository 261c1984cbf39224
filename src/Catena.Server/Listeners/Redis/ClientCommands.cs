using System.Text;
using Catena.Protocols.Resp;
using Catena.Protocols.Resp.Commands;

namespace Catena.Server.Listeners.Redis;

/// <summary>CLIENT and its subcommands, but for those about other clients (<see cref="ClientListCommands" />).</summary>
internal static class ClientCommands
{
    /// <summary>Names the handlers.</summary>
    public static void AddTo(RedisHandlers handlers)
    {
        var table = new SubcommandTable(RedisCommandId.Client)
            .Add("CACHING", 3, "YES|NO", "Refused: what a client reads is not tracked.", static (connection, _) =>
                connection.ReplyError("ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or OPTOUT mode enabled"u8))
            .Add("GETNAME", 2, "", "Tells the name of the connection.", GetName)
            .Add("GETREDIR", 2, "", "Tells where invalidations go: nowhere.", static (connection, _) => connection.ReplyInteger(-1))
            .Add("ID", 2, "", "Tells the number of the connection.", static (connection, _) => connection.ReplyInteger(connection.Id))
            .Add("NO-EVICT", 3, "ON|OFF", "Accepted: no client is ever evicted.", OnOrOff)
            .Add("NO-TOUCH", 3, "ON|OFF", "Accepted: no use of a key is remembered.", OnOrOff)
            .Add("PAUSE", -3, "<timeout> [WRITE|ALL]", "Lets the requests of this node's clients wait for so many milliseconds.", Pause)
            .Add("REPLY", 3, "ON|OFF|SKIP", "Says whether requests are answered.", Reply)
            .Add("SETINFO", 4, "LIB-NAME|LIB-VER <value>", "Names the client's library.", SetInfo)
            .Add("SETNAME", 3, "<name>", "Names the connection.", SetName)
            .Add("TRACKING", -3, "ON|OFF", "ON is refused: what a client reads is not tracked.", Tracking)
            .Add("TRACKINGINFO", 2, "", "Tells that nothing is tracked.", TrackingInfo)
            .Add("UNBLOCK", -3, "<id> [TIMEOUT|ERROR]", "Answers 0: no command blocks.", Unblock)
            .Add("UNPAUSE", 2, "", "Ends CLIENT PAUSE.", Unpause);
        ClientListCommands.AddTo(table);
        handlers.Add(CommandClass.Immediate, table);
    }

    private static void GetName(RedisConnection connection, RespRequest request)
    {
        var writer = connection.Begin();
        if (connection.Session.Name.Length == 0)
        {
            writer.WriteNull();
        }
        else
        {
            writer.WriteBulk(connection.Session.Name);
        }

        connection.End();
    }

    private static void SetName(RedisConnection connection, RespRequest request)
    {
        if (request[2].ContainsAnyExceptInRange((byte)'!', (byte)'~'))
        {
            connection.ReplyError(RespErrors.InvalidClientName);
            return;
        }

        connection.Session.Name = Encoding.ASCII.GetString(request[2]);
        connection.ReplyOk();
    }

    private static void SetInfo(RedisConnection connection, RespRequest request)
    {
        var value = request[3];
        var isName = Ascii.EqualsIgnoreCase(request[2], "LIB-NAME"u8);
        if (!isName && !Ascii.EqualsIgnoreCase(request[2], "LIB-VER"u8))
        {
            connection.ReplyError(RespErrors.Quoting("ERR Unrecognized option "u8, request[2]));
        }
        else if (value.ContainsAnyExceptInRange((byte)'!', (byte)'~'))
        {
            connection.ReplyError(
                isName
                    ? "ERR lib-name cannot contain spaces, newlines or special characters."u8
                    : "ERR lib-ver cannot contain spaces, newlines or special characters."u8);
        }
        else
        {
            var text = Encoding.ASCII.GetString(value);
            connection.Session.LibraryName = isName ? text : connection.Session.LibraryName;
            connection.Session.LibraryVersion = isName ? connection.Session.LibraryVersion : text;
            connection.ReplyOk();
        }
    }

    private static void Reply(RedisConnection connection, RespRequest request)
    {
        var session = connection.Session;
        if (Ascii.EqualsIgnoreCase(request[2], "ON"u8))
        {
            session.IsSilent = false;
            connection.Speak();
            connection.ReplyOk();
        }
        else if (Ascii.EqualsIgnoreCase(request[2], "OFF"u8))
        {
            session.IsSilent = true;
        }
        else if (Ascii.EqualsIgnoreCase(request[2], "SKIP"u8))
        {
            session.SkipNext();
        }
        else
        {
            connection.ReplyError(RespErrors.Syntax);
        }
    }

    private static void OnOrOff(RedisConnection connection, RespRequest request)
    {
        if (Ascii.EqualsIgnoreCase(request[2], "ON"u8) || Ascii.EqualsIgnoreCase(request[2], "OFF"u8))
        {
            connection.ReplyOk();
        }
        else
        {
            connection.ReplyError(RespErrors.Syntax);
        }
    }

    private static void Pause(RedisConnection connection, RespRequest request)
    {
        var onlyWrites = request.Count == 4 && Ascii.EqualsIgnoreCase(request[3], "WRITE"u8);
        if (request.Count > 4 || (request.Count == 4 && !onlyWrites && !Ascii.EqualsIgnoreCase(request[3], "ALL"u8)))
        {
            connection.ReplyError("ERR CLIENT PAUSE mode must be WRITE or ALL"u8);
        }
        else if (!RedisInteger.TryParse(request[2], out var milliseconds) || milliseconds > (long)TimeSpan.FromDays(3650).TotalMilliseconds)
        {
            connection.ReplyError("ERR timeout is not an integer or out of range"u8);
        }
        else if (milliseconds < 0)
        {
            connection.ReplyError("ERR timeout is negative"u8);
        }
        else
        {
            connection.Listener.Pause.Begin(TimeSpan.FromMilliseconds(milliseconds), onlyWrites);
            connection.ReplyOk();
        }
    }

    private static void Unpause(RedisConnection connection, RespRequest request)
    {
        connection.Listener.Pause.End();
        connection.ReplyOk();
    }

    private static void Tracking(RedisConnection connection, RespRequest request)
    {
        if (Ascii.EqualsIgnoreCase(request[2], "OFF"u8))
        {
            connection.ReplyOk();
        }
        else if (Ascii.EqualsIgnoreCase(request[2], "ON"u8))
        {
            connection.ReplyError("ERR CLIENT TRACKING is not supported: this server does not remember what clients have read"u8);
        }
        else
        {
            connection.ReplyError(RespErrors.Syntax);
        }
    }

    private static void TrackingInfo(RedisConnection connection, RespRequest request)
    {
        var writer = connection.Begin();
        writer.WriteMapHeader(3);
        writer.WriteBulk("flags"u8);
        writer.WriteSetHeader(1);
        writer.WriteBulk("off"u8);
        writer.WriteBulk("redirect"u8);
        writer.WriteInteger(-1);
        writer.WriteBulk("prefixes"u8);
        writer.WriteArrayHeader(0);
        connection.End();
    }

    private static void Unblock(RedisConnection connection, RespRequest request)
    {
        if (request.Count > 4)
        {
            connection.ReplyError(RespErrors.SubcommandSyntax(RedisCommandTable.Get(RedisCommandId.Client), request[1]));
        }
        else if (request.Count == 4 && !Ascii.EqualsIgnoreCase(request[3], "TIMEOUT"u8) && !Ascii.EqualsIgnoreCase(request[3], "ERROR"u8))
        {
            connection.ReplyError("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR"u8);
        }
        else if (!RedisInteger.TryParse(request[2], out _))
        {
            connection.ReplyError(RespErrors.NotAnInteger);
        }
        else
        {
            connection.ReplyInteger(0);
        }
    }
}
