using System.Globalization;
using System.Net;
using Catena.ZooKeeper.Server;

namespace Catena.Faults.Running;

/// <summary>The embedded coordinator as a process of its own, so that it can be killed while the nodes go on.</summary>
internal static class CoordinatorCommandLine
{
    /// <summary>The word that asks for it.</summary>
    public const string Name = "coordinator";

    /// <summary>Runs until the input ends.</summary>
    /// <param name="arguments">The address, the port and the directory of the tree.</param>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var endPoint = new IPEndPoint(IPAddress.Parse(arguments[0]), int.Parse(arguments[1], CultureInfo.InvariantCulture));
        var server = await EmbeddedZooKeeperServer.StartAsync(
            new EmbeddedZooKeeperServerOptions { DataDirectory = arguments[2], EndPoint = endPoint, AllowsAnyAddress = true });
        await using (server)
        {
            await Console.In.ReadToEndAsync();
        }

        return 0;
    }
}
