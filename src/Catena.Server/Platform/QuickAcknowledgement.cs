using System.Net.Sockets;

namespace Catena.Server.Platform;

/// <summary>TCP_QUICKACK: what is received is acknowledged at once, and not with what is sent next or 40 ms later.</summary>
/// <remarks>
/// A client that sends one request in two pieces, without TCP_NODELAY, sends the second piece only once the first is acknowledged. Linux
/// goes back to waiting by itself, so that the option holds for little more than what is received next. Other systems have none; there nothing is done.
/// </remarks>
internal static class QuickAcknowledgement
{
    private const int TcpLevel = 6;
    private const int Option = 12;

    /// <summary>Asks for it until the system changes its mind.</summary>
    /// <param name="socket">The connection.</param>
    public static void Arm(Socket socket)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            socket.SetRawSocketOption(TcpLevel, Option, [1, 0, 0, 0]);
        }
        catch (SocketException)
        {
            // The connection is over, as the next receive will tell.
        }
    }
}
