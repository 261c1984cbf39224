using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Catena.Server.Coordination.Tree;
using Catena.Server.Node;
using Catena.ZooKeeper.Protocol;

namespace Catena.Server.Coordination.Announcing;

/// <summary>Which announcements a node's settings amount to, and whether they make sense.</summary>
public static class AnnouncementRules
{
    /// <summary>The announcements of a node: those that are set, and that of the search service at the root, where it is on and nothing else is said.</summary>
    /// <param name="options">The node's settings.</param>
    public static IReadOnlyList<Announcement> All(NodeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.SearchPort == 0 || options.Announcements.Any(one => one.Protocol == AnnouncedProtocol.Search)
            ? options.Announcements
            : [.. options.Announcements, new Announcement(AnnouncedProtocol.Search, ZnodePath.Root)];
    }

    /// <summary>Refuses settings that cannot be carried out, whatever ZooKeeper says.</summary>
    /// <param name="options">The node's settings.</param>
    /// <exception cref="AnnouncementException">A protocol has no port, two announcements have one path, or the host has no form that the protocol's clients understand.</exception>
    public static void Check(NodeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var all = All(options);
        var own = new CoordinationPaths(options.Cluster).Root;
        foreach (var one in all)
        {
            if (PortOf(options, one.Protocol) == 0)
            {
                throw new AnnouncementException($"--announce {one}: this node has no port for it; give --{one.Word}-port");
            }

            CheckHost(one, HostOf(options));
            if (one.Path == own || one.Path.StartsWith(own + "/", StringComparison.Ordinal))
            {
                throw new AnnouncementException($"--announce {one}: {own} is where the cluster keeps its own znodes; name another path");
            }
        }

        foreach (var pair in all.SelectMany(one => ParentsOf(one).Distinct().Select(parent => (parent, one))).GroupBy(pair => pair.parent, pair => pair.one))
        {
            if (pair.Count() > 1)
            {
                throw new AnnouncementException($"--announce {pair.First()} and --announce {pair.Last()} meet in {pair.Key}, where clients of one would find the other; name two paths");
            }
        }
    }

    /// <summary>What the announcements tell.</summary>
    /// <param name="options">The node's settings, which have been checked: so every port is the one that will be bound.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="AnnouncementException">The advertised host is a name without an IPv4 address, and clients of an announcement need one.</exception>
    internal static async Task<IReadOnlyList<AnnouncedEndpoint>> ResolveAsync(NodeOptions options, CancellationToken cancellation)
    {
        var all = All(options);
        var host = HostOf(options);
        var address = all.FirstOrDefault(one => NeedsAddress(one.Protocol)) is { } needs ? await AddressAsync(needs, host, cancellation).ConfigureAwait(false) : null;
        return [.. all.Select(one => AnnouncedEndpoint.Of(one, host, address, PortOf(options, one.Protocol)))];
    }

    /// <summary>The configured port of a protocol; 0 where the node does not speak it.</summary>
    private static int PortOf(NodeOptions options, AnnouncedProtocol protocol) => protocol switch
    {
        AnnouncedProtocol.Thrift => options.ThriftPort,
        AnnouncedProtocol.Table => options.TablePort,
        AnnouncedProtocol.Redis => options.RedisPort,
        AnnouncedProtocol.Http => options.HttpPort,
        AnnouncedProtocol.Search => options.SearchPort,
        _ => throw new ArgumentOutOfRangeException(nameof(protocol), protocol, "Not a protocol."),
    };

    private static string HostOf(NodeOptions options) => options.AdvertisedHost ?? options.Bind.ToString();

    private static bool NeedsAddress(AnnouncedProtocol protocol) => protocol is AnnouncedProtocol.Table or AnnouncedProtocol.Search;

    private static IEnumerable<string> ParentsOf(Announcement one) =>
        one.Protocol == AnnouncedProtocol.Search ? [one.Path, ZnodePath.Child(one.Path, AnnouncedZnode.Slaves)] : [one.Path];

    private static void CheckHost(Announcement one, string host)
    {
        var isAddress = IPAddress.TryParse(host, out var address);
        if (isAddress && (address!.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)))
        {
            throw new AnnouncementException($"--announce {one}: {host} is no address that a client can connect to; give --advertised-host");
        }

        if (isAddress && address!.AddressFamily == AddressFamily.InterNetworkV6 && one.Protocol is AnnouncedProtocol.Thrift or AnnouncedProtocol.Table or AnnouncedProtocol.Search)
        {
            throw new AnnouncementException($"--announce {one}: its clients understand no IPv6 address such as {host}; give --advertised-host with a name or an IPv4 address");
        }

        if (!Ascii.IsValid(host) || host.AsSpan().ContainsAny(":/ \t\0") && !isAddress)
        {
            throw new AnnouncementException($"--announce {one}: '{host}' is no host name that its clients can read; give --advertised-host in ASCII");
        }
    }

    private static async Task<IPAddress> AddressAsync(Announcement one, string host, CancellationToken cancellation)
    {
        if (IPAddress.TryParse(host, out var literal))
        {
            return literal;
        }

        var reason = "it has none";
        try
        {
            var found = await Dns.GetHostAddressesAsync(host, AddressFamily.InterNetwork, cancellation).ConfigureAwait(false);
            if (found.Length > 0)
            {
                return found[0];
            }
        }
        catch (SocketException e)
        {
            reason = e.Message;
        }

        throw new AnnouncementException(string.Create(
            CultureInfo.InvariantCulture, $"--announce {one}: its clients need an IPv4 address, and none is found for the advertised host '{host}': {reason}"));
    }
}
