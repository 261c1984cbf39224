using System.Globalization;
using System.Net;
using System.Text;

namespace Catena.Server.Coordination.Announcing;

/// <summary>An announcement with the address that it tells.</summary>
/// <param name="Announcement">The setting.</param>
/// <param name="Data">What the znode holds, byte by byte.</param>
internal sealed record AnnouncedEndpoint(Announcement Announcement, byte[] Data)
{
    /// <summary>The key range that stands after the address of the search service. Clients show it and do not go by it: any node answers for any key.</summary>
    private const string SearchRange = "+a-f";

    /// <summary>The announcement of one address, in the form that clients of the protocol read.</summary>
    /// <param name="announcement">The setting.</param>
    /// <param name="host">The host that the node advertises.</param>
    /// <param name="address">The same as an IPv4 address; null where nothing that is announced needs one.</param>
    /// <param name="port">The port that is bound.</param>
    public static AnnouncedEndpoint Of(Announcement announcement, string host, IPAddress? address, int port) => new(announcement, announcement.Protocol switch
    {
        // Clients read it as a C string.
        AnnouncedProtocol.Table => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{address}:{port}\0")),
        AnnouncedProtocol.Search => Encoding.ASCII.GetBytes(address + SearchRange),
        _ => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{(host.Contains(':') ? $"[{host}]" : host)}:{port}")),
    });

    /// <summary>What the znode holds, for people.</summary>
    public string Text => Encoding.ASCII.GetString(Data).TrimEnd('\0');
}
