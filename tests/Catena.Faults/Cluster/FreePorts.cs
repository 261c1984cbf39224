using System.Net;
using System.Net.Sockets;

namespace Catena.Faults.Cluster;

/// <summary>Ports for processes on loopback, below the range from which the system takes the near end of outgoing connections.</summary>
internal static class FreePorts
{
    private const int Lowest = 10_000;
    private const int Highest = 32_000;
    private const int BlockSize = 600;

    /// <summary>The first of some hundred ports that were free just now.</summary>
    public static int Block()
    {
        var blocks = (Highest - Lowest) / BlockSize;
        var first = Random.Shared.Next(blocks);
        for (var attempt = 0; attempt < blocks; attempt++)
        {
            var candidate = Lowest + ((first + attempt) % blocks * BlockSize);
            if (Enumerable.Range(candidate, BlockSize).All(IsFree))
            {
                return candidate;
            }
        }

        throw new HarnessException($"no {BlockSize} free ports in a row were found between {Lowest} and {Highest}");
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
}
