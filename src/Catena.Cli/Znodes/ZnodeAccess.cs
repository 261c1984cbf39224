using System.CommandLine;
using System.CommandLine.Parsing;
using Catena.Cli.CommandLine;
using Catena.ZooKeeper.Client;
using Catena.ZooKeeper.Protocol;

namespace Catena.Cli.Znodes;

/// <summary>What the commands about znodes share: the servers, the path, a session, and what failures mean.</summary>
internal static class ZnodeAccess
{
    /// <summary>The ensemble.</summary>
    public static Argument<string> Servers() => new("servers")
    {
        Description = "ZooKeeper's servers as host:port,host:port/chroot.",
        HelpName = "hosts",
        CustomParser = ReadServers,
    };

    /// <summary>The znode.</summary>
    public static Argument<string> Path() => new("path")
    {
        Description = "The znode's path.",
        HelpName = "/path",
        CustomParser = ReadPath,
    };

    /// <summary>How long to wait for a server.</summary>
    public static Option<TimeSpan> Timeout() => Durations.Option("--timeout", "How long to look for a server that answers.", TimeSpan.FromSeconds(10));

    /// <summary>Does something in a session of its own.</summary>
    /// <param name="servers">The ensemble.</param>
    /// <param name="timeout">How long to wait for it.</param>
    /// <param name="work">What is done.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="CommandException">No server answers, or it refuses.</exception>
    public static async Task<int> RunAsync(string servers, TimeSpan timeout, Func<ZooKeeperClient, Task<int>> work, CancellationToken cancellationToken)
    {
        try
        {
            var client = await ZooKeeperClient.ConnectAsync(
                new ZooKeeperClientOptions { ConnectString = servers, ConnectTimeout = timeout }, cancellationToken).ConfigureAwait(false);
            await using (client.ConfigureAwait(false))
            {
                return await work(client).ConfigureAwait(false);
            }
        }
        catch (ZooKeeperException failed)
        {
            throw new CommandException(failed.Code == ErrorCode.ConnectionLoss ? ExitCode.ClusterDead : ExitCode.Failed, MessageOf(failed), failed);
        }
    }

    private static string MessageOf(ZooKeeperException failed) => failed.Code switch
    {
        ErrorCode.NoNode => $"{failed.Path} does not exist",
        ErrorCode.NoAuth => $"{failed.Path}: the access control list does not allow it",
        ErrorCode.NotEmpty => $"{failed.Path} has children; delete them first",
        ErrorCode.NoChildrenForEphemerals => $"{failed.Path}: its parent is ephemeral and can have no children",
        _ => failed.OutcomeUnknown ? $"{failed.Message}; it may have been done all the same" : failed.Message,
    };

    private static string? ReadServers(ArgumentResult result)
    {
        try
        {
            return ConnectString.Parse(result.Tokens[0].Value) is not null ? result.Tokens[0].Value : null;
        }
        catch (FormatException malformed)
        {
            result.AddError($"{malformed.Message}.");
            return null;
        }
    }

    private static string? ReadPath(ArgumentResult result)
    {
        var path = result.Tokens[0].Value;
        if (ZnodePath.Fault(path) is { } fault)
        {
            result.AddError($"'{path}' is no znode's path: {fault}.");
        }

        return path;
    }
}
