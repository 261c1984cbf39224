using System.Net;
using System.Net.Sockets;
using Catena.Cli.CommandLine;

namespace Catena.Cli.Up;

/// <summary>Finds out, before anything is started, whether every port that a cluster needs is free.</summary>
internal static class PortProbe
{
    /// <summary>Refuses the layout if something listens on one of its ports.</summary>
    /// <remarks>Ports whose last connections are still in TIME_WAIT count as free, as they do for the listeners.</remarks>
    /// <param name="shape">The cluster.</param>
    /// <param name="options">What the user asked.</param>
    /// <exception cref="CommandException">A port is taken; the message names it and what it was for.</exception>
    public static void Check(ClusterShape shape, UpOptions options)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(options);
        var layout = new PortLayout(shape.BasePort);
        if (shape.ZooKeeper is null)
        {
            Check(layout.Coordinator, "the coordinator");
        }

        for (var node = 1; node <= shape.Nodes; node++)
        {
            var ports = layout.Of(node);
            var name = DevelopmentCluster.NameOf(node);
            Check(ports.Redis, $"{name}'s Redis protocol");
            Check(ports.Thrift, $"{name}'s Thrift protocol");
            Check(ports.Http, $"{name}'s HTTP");
            Check(ports.Peers, $"{name}'s peers");
            if (options.Table)
            {
                Check(ports.Table, $"{name}'s table service");
            }

            if (options.Text)
            {
                Check(ports.Text, $"{name}'s plain-text service");
            }
        }
    }

    private static void Check(int port, string purpose)
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            socket.Listen(1);
        }
        catch (SocketException taken)
        {
            throw new CommandException(
                ExitCode.Failed,
                $"port {port}, for {purpose}, cannot be used: {taken.Message}. Stop what listens there, or give another --base-port.",
                taken);
        }
    }
}
