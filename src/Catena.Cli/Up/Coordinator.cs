using System.Net;
using System.Net.Sockets;
using Catena.Cli.CommandLine;
using Catena.ZooKeeper.Server;

namespace Catena.Cli.Up;

/// <summary>The embedded coordinator of a run, or none where an ensemble was named.</summary>
internal sealed class Coordinator : IAsyncDisposable
{
    // Sessions end at a tick, so a short one makes them end in time; it also lets short ones be asked for. The longest is Apache's.
    private static readonly TimeSpan TickTime = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestSession = TimeSpan.FromSeconds(40);

    private readonly EmbeddedZooKeeperServer? _server;

    private Coordinator(EmbeddedZooKeeperServer? server) => _server = server;

    /// <summary>Starts the embedded server, unless the cluster has an ensemble.</summary>
    /// <param name="shape">The cluster.</param>
    /// <param name="directory">Where the server keeps its tree.</param>
    /// <param name="terminal">Hears of it.</param>
    /// <exception cref="CommandException">It cannot start.</exception>
    public static async Task<Coordinator> StartAsync(ClusterShape shape, string directory, Terminal terminal)
    {
        if (shape.ZooKeeper is { } ensemble)
        {
            terminal.Show($"coordinator: ZooKeeper at {ensemble}");
            return new Coordinator(null);
        }

        var endPoint = new IPEndPoint(IPAddress.Loopback, new PortLayout(shape.BasePort).Coordinator);
        try
        {
            var server = await EmbeddedZooKeeperServer.StartAsync(
                new EmbeddedZooKeeperServerOptions
                {
                    DataDirectory = directory,
                    EndPoint = endPoint,
                    TickTime = TickTime,
                    MaxSessionTimeout = LongestSession,
                }).ConfigureAwait(false);
            terminal.Show($"coordinator: embedded, at {server.EndPoint}");
            return new Coordinator(server);
        }
        catch (Exception refused) when (refused is IOException or SocketException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Failed, $"the embedded coordinator cannot start: {refused.Message}", refused);
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;
}
