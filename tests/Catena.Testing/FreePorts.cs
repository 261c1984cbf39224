using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Catena.Testing;

/// <summary>
/// Ports for processes that the tests start. They lie below the range from which the system takes the near end of outgoing connections: a
/// port inside it can be taken by anybody's connection between the look and the use, and then the listener fails.
/// </summary>
public static class FreePorts
{
    private const int Lowest = 10_000;
    private const int BlockSize = 600;
    private const int UsedOfBlock = 510;
    private static readonly int Highest = LowestEphemeral();
    private static readonly Lock Gate = new();
    private static int _block;
    private static int _usedOfBlock = UsedOfBlock;
    private static int _next = Random.Shared.Next((Highest - Lowest) / BlockSize);

    /// <summary>The base port of a cluster: it and the 500 that follow were free just now, and no other test is given them.</summary>
    public static int Block()
    {
        var blocks = (Highest - Lowest) / BlockSize;
        for (var attempt = 0; attempt < blocks; attempt++)
        {
            var candidate = Lowest + (int)((uint)Interlocked.Increment(ref _next) % blocks * BlockSize);
            if (Enumerable.Range(candidate, UsedOfBlock).All(IsFree))
            {
                return candidate;
            }
        }

        throw new InvalidOperationException($"No free range of {UsedOfBlock} ports was found between {Lowest} and {Highest}.");
    }

    /// <summary>Some ports that were free just now, and that no other test of this process is given.</summary>
    public static int[] Take(int count)
    {
        lock (Gate)
        {
            if (_usedOfBlock + count > UsedOfBlock)
            {
                (_block, _usedOfBlock) = (Block(), 0);
            }

            _usedOfBlock += count;
            return [.. Enumerable.Range(_block + _usedOfBlock - count, count)];
        }
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int LowestEphemeral()
    {
        const string Range = "/proc/sys/net/ipv4/ip_local_port_range";
        var lowest = File.Exists(Range) ? int.Parse(File.ReadAllText(Range).Split()[0], CultureInfo.InvariantCulture) : 32_768;
        return lowest >= Lowest + (10 * BlockSize) ? lowest : 32_768;
    }
}
