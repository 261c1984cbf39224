using System.Globalization;
using Catena.ZooKeeper.Protocol;

namespace Catena.ZooKeeper.Client;

/// <summary>The servers of an ensemble and the path that a client takes for its root: <c>host:port,host:port/chroot</c>.</summary>
/// <param name="Servers">The servers, at least one, in the order given.</param>
/// <param name="Chroot">The path that stands for <c>/</c>; empty for none.</param>
public sealed record ConnectString(IReadOnlyList<ServerAddress> Servers, string Chroot)
{
    /// <summary>The port that is meant where none is given.</summary>
    public const int DefaultPort = 2181;

    /// <summary>Reads a connect string as Apache's client does.</summary>
    /// <param name="text">Servers separated by commas, IPv6 addresses in brackets, and an optional path.</param>
    /// <returns>Servers and chroot.</returns>
    /// <exception cref="FormatException">There is no server in it, or a port or the path is malformed.</exception>
    public static ConnectString Parse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var chroot = slash < 0 ? string.Empty : text[slash..];
        if (chroot.Length > 0 && ZnodePath.Fault(chroot) is { } fault)
        {
            throw new FormatException($"the path in the connect string '{text}' is malformed: {fault}");
        }

        var hosts = slash < 0 ? text : text[..slash];
        var servers = hosts.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(host => ParseServer(host, text)).ToArray();
        return servers.Length == 0
            ? throw new FormatException($"the connect string '{text}' names no server")
            : new ConnectString(servers, chroot == ZnodePath.Root ? string.Empty : chroot);
    }

    /// <summary>Prints it in the form that <see cref="Parse" /> reads.</summary>
    public override string ToString() => string.Join(',', Servers) + Chroot;

    private static ServerAddress ParseServer(string server, string text)
    {
        var colon = server.LastIndexOf(':');
        var bracket = server.LastIndexOf(']');
        var isBareIpv6 = bracket < 0 && colon >= 0 && server.IndexOf(':', StringComparison.Ordinal) != colon;
        var hasPort = colon > bracket && !isBareIpv6;
        var host = (hasPort ? server[..colon] : server).Trim('[', ']');
        var port = DefaultPort;
        if (host.Length == 0
            || (hasPort && !int.TryParse(server.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port))
            || port is < 1 or > ushort.MaxValue)
        {
            throw new FormatException($"'{server}' in the connect string '{text}' is not a host with a port");
        }

        return new ServerAddress(host, port);
    }
}
