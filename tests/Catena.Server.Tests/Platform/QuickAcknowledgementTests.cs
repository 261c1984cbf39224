using System.Net;
using System.Net.Sockets;
using Catena.Server.Platform;

namespace Catena.Server.Tests.Platform;

public sealed class QuickAcknowledgementTests
{
    [Fact]
    public void A_socket_that_waits_with_acknowledgements_no_longer_does()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        client.Connect(listener.LocalEndpoint);
        if (OperatingSystem.IsLinux())
        {
            client.SetRawSocketOption(6, 12, [0, 0, 0, 0]);
            Assert.Equal(0, Option(client));
        }

        QuickAcknowledgement.Arm(client);

        Assert.True(!OperatingSystem.IsLinux() || Option(client) == 1);
    }

    private static int Option(Socket socket)
    {
        var value = new byte[4];
        socket.GetRawSocketOption(6, 12, value);
        return BitConverter.ToInt32(value);
    }
}
