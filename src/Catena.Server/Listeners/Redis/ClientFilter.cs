using System.Text;
using Catena.Protocols.Resp;
using Catena.Protocols.Resp.Commands;

namespace Catena.Server.Listeners.Redis;

/// <summary>Which connections CLIENT KILL or CLIENT LIST is about; a connection must fit everything that was given.</summary>
internal sealed class ClientFilter
{
    private readonly HashSet<long> _ids = [];
    private string? _address;
    private string? _localAddress;
    private ClientType? _type;
    private long _maxAgeSeconds = -1;

    private ClientFilter()
    {
    }

    /// <summary>Whether the connection that asks is spared.</summary>
    public bool SkipsSelf { get; private set; }

    /// <summary>A filter of CLIENT KILL's only argument: an address.</summary>
    /// <param name="address">The address, as CLIENT LIST prints it.</param>
    public static ClientFilter OfAddress(ReadOnlySpan<byte> address) => new() { _address = Encoding.UTF8.GetString(address) };

    /// <summary>Reads CLIENT KILL's pairs of names and values.</summary>
    /// <param name="request">The request.</param>
    /// <param name="error">The error to answer, where the result is null.</param>
    public static ClientFilter? ReadKill(RespRequest request, out byte[] error)
    {
        error = [];
        var filter = new ClientFilter { SkipsSelf = true };
        for (var i = 2; i < request.Count; i += 2)
        {
            if (i + 1 == request.Count)
            {
                error = RespErrors.Syntax.ToArray();
                return null;
            }

            if (Ascii.EqualsIgnoreCase(request[i], "SKIPME"u8))
            {
                filter.SkipsSelf = Ascii.EqualsIgnoreCase(request[i + 1], "YES"u8);
                error = filter.SkipsSelf || Ascii.EqualsIgnoreCase(request[i + 1], "NO"u8) ? [] : RespErrors.Syntax.ToArray();
            }
            else
            {
                error = filter.Add(request[i], request[i + 1]);
            }

            if (error.Length > 0)
            {
                return null;
            }
        }

        return filter;
    }

    /// <summary>Reads CLIENT LIST's arguments.</summary>
    /// <param name="request">The request.</param>
    /// <param name="error">The error to answer, where the result is null.</param>
    public static ClientFilter? ReadList(RespRequest request, out byte[] error)
    {
        error = [];
        var filter = new ClientFilter();
        if (request.Count == 4 && Ascii.EqualsIgnoreCase(request[2], "TYPE"u8))
        {
            error = filter.Add(request[2], request[3]);
        }
        else if (request.Count > 3 && Ascii.EqualsIgnoreCase(request[2], "ID"u8))
        {
            for (var i = 3; i < request.Count && error.Length == 0; i++)
            {
                var isNumber = RedisInteger.TryParse(request[i], out var id);
                filter._ids.Add(id);
                error = isNumber ? [] : "ERR Invalid client ID"u8.ToArray();
            }
        }
        else if (request.Count != 2)
        {
            error = RespErrors.Syntax.ToArray();
        }

        return error.Length == 0 ? filter : null;
    }

    /// <summary>Whether a connection fits.</summary>
    /// <param name="connection">The connection.</param>
    public bool Matches(RedisConnection connection) =>
        (_ids.Count == 0 || _ids.Contains(connection.Id))
        && (_address is null || _address == connection.Socket.RemoteEndPoint?.ToString())
        && (_localAddress is null || _localAddress == connection.Socket.LocalEndPoint?.ToString())
        && (_type is null || _type == TypeOf(connection))
        && (_maxAgeSeconds < 0 || connection.Listener.Time.GetElapsedTime(connection.ConnectedAt).TotalSeconds >= _maxAgeSeconds);

    private static ClientType TypeOf(RedisConnection connection) =>
        connection.Subscriptions is { Total: > 0 } ? ClientType.PubSub : ClientType.Normal;

    private byte[] Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (Ascii.EqualsIgnoreCase(name, "ID"u8))
        {
            var isId = RedisInteger.TryParse(value, out var id) && id > 0;
            _ids.Add(id);
            return isId ? [] : "ERR client-id should be greater than 0"u8.ToArray();
        }

        if (Ascii.EqualsIgnoreCase(name, "TYPE"u8))
        {
            _type = Encoding.UTF8.GetString(value).ToUpperInvariant() switch
            {
                "NORMAL" => ClientType.Normal,
                "PUBSUB" => ClientType.PubSub,
                "MASTER" or "SLAVE" or "REPLICA" => ClientType.Replication,
                _ => null,
            };
            return _type is null ? RespErrors.Quoting("ERR Unknown client type "u8, value) : [];
        }

        if (Ascii.EqualsIgnoreCase(name, "USER"u8))
        {
            return value.SequenceEqual("default"u8) ? [] : RespErrors.Quoting("ERR No such user "u8, value);
        }

        if (Ascii.EqualsIgnoreCase(name, "MAXAGE"u8))
        {
            return RedisInteger.TryParse(value, out _maxAgeSeconds) && _maxAgeSeconds > 0
                ? []
                : "ERR maxage is not an integer or out of range"u8.ToArray();
        }

        if (Ascii.EqualsIgnoreCase(name, "ADDR"u8))
        {
            _address = Encoding.UTF8.GetString(value);
            return [];
        }

        if (Ascii.EqualsIgnoreCase(name, "LADDR"u8))
        {
            _localAddress = Encoding.UTF8.GetString(value);
            return [];
        }

        return RespErrors.Syntax.ToArray();
    }
}
