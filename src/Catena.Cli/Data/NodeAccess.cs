using System.CommandLine;
using System.Net.Sockets;
using Catena.Cli.CommandLine;
using Catena.Cli.Up;

namespace Catena.Cli.Data;

/// <summary>The options with which the data commands find a node, and the way to one that answers.</summary>
internal sealed class NodeAccess
{
    private readonly Option<HostPort[]> _nodes = HostPort.Option(
        "Nodes' Redis addresses, tried in turn; may be given several times. [default: 127.0.0.1:7101, 7102, ... as 'catena up' assigns them]");

    private readonly Option<int> _basePort = Ranges.Option(
        "--base-port", "Where the ports of a cluster on this machine begin, if --node is not given.", PortLayout.StandardBase, 1, PortLayout.HighestBase);

    private readonly Option<TimeSpan> _timeout = Durations.Option("--timeout", "How long to wait for an answer.", TimeSpan.FromSeconds(10));

    private readonly Option<string?> _passwordFile = PasswordOption.Create("The file with the password of the nodes.");

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        ArgumentNullException.ThrowIfNull(command);
        command.Add(_nodes);
        command.Add(_basePort);
        command.Add(_timeout);
        command.Add(_passwordFile);
    }

    /// <summary>Connects to the first node that listens, and carries out what is to be done there.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="work">What is to be done; its result is the command's exit code.</param>
    /// <exception cref="CommandException">No node listens, or the connection broke before the answer.</exception>
    public int Run(ParseResult parsed, Func<RespClient, int> work)
    {
        var nodes = parsed.GetRequiredValue(_nodes);
        if (nodes.Length == 0)
        {
            nodes = new PortLayout(parsed.GetValue(_basePort)).Guess(ports => ports.Redis);
        }

        var password = PasswordOption.Read(parsed.GetValue(_passwordFile));
        var (address, client) = Connect(nodes, parsed.GetValue(_timeout));
        using (client)
        {
            try
            {
                client.Authenticate(password);
                return work(client);
            }
            catch (SocketException broken)
            {
                throw new CommandException(
                    ExitCode.Failed, $"{address} did not answer ({broken.Message}); whether a write took effect is open", broken);
            }
            catch (InvalidDataException foreign)
            {
                throw new CommandException(ExitCode.Failed, $"{address}: {foreign.Message}", foreign);
            }
        }
    }

    private static (HostPort Address, RespClient Client) Connect(HostPort[] nodes, TimeSpan timeout)
    {
        SocketException? last = null;
        foreach (var node in nodes)
        {
            try
            {
                return (node, RespClient.Open(node, timeout));
            }
            catch (SocketException refused)
            {
                last = refused;
            }
        }

        throw new CommandException(
            ExitCode.ClusterDead, $"no node answers at {string.Join(", ", nodes)}: {last?.Message}. Is the cluster up? Start one with: catena up", last);
    }
}
