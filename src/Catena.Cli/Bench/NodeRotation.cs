using System.Net.Sockets;
using Catena.Cli.CommandLine;
using Catena.Cli.Data;

namespace Catena.Cli.Bench;

/// <summary>Connects one thread to the nodes in turn: to the next one whenever a connection failed.</summary>
/// <typeparam name="TConnection">What a connection is made into.</typeparam>
/// <param name="options">The load.</param>
/// <param name="first">The number of the node to begin with, counted round.</param>
/// <param name="dress">Makes a connection into what the thread uses; the connection becomes that one's.</param>
internal sealed class NodeRotation<TConnection>(BenchOptions options, int first, Func<ServerConnection, TConnection> dress)
    where TConnection : class
{
    private static readonly TimeSpan ReconnectDelay = TimeSpan.FromMilliseconds(10);

    private int _next = first;

    /// <summary>Tries to connect to the next node; waits a little where that fails.</summary>
    /// <param name="counts">Hears why it failed.</param>
    /// <returns>The connection; null where there is none.</returns>
    public TConnection? TryConnect(BenchCounts counts)
    {
        var node = options.Nodes[_next++ % options.Nodes.Count];
        ServerConnection? connection = null;
        try
        {
            connection = ServerConnection.Open(node, options.Timeout);
            return dress(connection);
        }
        catch (SocketException refused)
        {
            counts.Error($"connect to {node}: {refused.SocketErrorCode}");
        }
        catch (CommandException refused)
        {
            counts.Error(refused.Message);
        }

        connection?.Dispose();
        Thread.Sleep(ReconnectDelay);
        return null;
    }
}
