using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Catena.Server.Http.Search;

/// <summary>Finds the IPv4 addresses of the hosts that nodes advertise, and remembers them for a while.</summary>
/// <param name="time">The clock.</param>
internal sealed class NodeAddresses(TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);
    private readonly ConcurrentDictionary<string, (long At, IPAddress? Address)> _known = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A host's address; null where it has none.</summary>
    /// <param name="host">A name or an address; there are as many as the cluster has had nodes.</param>
    /// <param name="cancellation">Gives up.</param>
    public async ValueTask<IPAddress?> FindAsync(string host, CancellationToken cancellation)
    {
        if (IPAddress.TryParse(host, out var literal))
        {
            return literal;
        }

        if (_known.TryGetValue(host, out var known) && time.GetElapsedTime(known.At) < Lifetime)
        {
            return known.Address;
        }

        IPAddress? address = null;
        try
        {
            address = (await Dns.GetHostAddressesAsync(host, AddressFamily.InterNetwork, cancellation).ConfigureAwait(false)).FirstOrDefault();
        }
        catch (SocketException)
        {
            // The name is unknown for now; another node's will do.
        }

        _known[host] = (time.GetTimestamp(), address);
        return address;
    }
}
