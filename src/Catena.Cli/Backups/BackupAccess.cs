using System.CommandLine;
using Catena.Cli.Backups.Network;
using Catena.Cli.CommandLine;
using Catena.Cli.Up;

namespace Catena.Cli.Backups;

/// <summary>The options with which the commands on whole clusters find one, and how fast and how long they try.</summary>
internal sealed class BackupAccess
{
    private readonly Option<HostPort[]> _nodes = HostPort.Option(
        "Nodes' HTTP addresses, tried in turn; any node of the cluster will do. [default: 127.0.0.1:7301, 7302, ... as 'catena up' assigns them]");

    private readonly Option<int> _basePort = Ranges.Option(
        "--base-port", "Where the ports of a cluster on this machine begin, if --node is not given.", PortLayout.StandardBase, 1, PortLayout.HighestBase);

    private readonly Option<TimeSpan> _patience = Durations.Option(
        "--patience", "How long to go on trying while a node does not answer or a partition is taken over.", TimeSpan.FromSeconds(60));

    private readonly Option<long> _rate = Sizes.Option("--rate", "How many bytes a second are copied at most; 0 for no limit.", 0, 0, 1L << 50, "none");

    /// <summary>Adds the options to a command that copies.</summary>
    public void AddTo(Command command)
    {
        AddPlaceTo(command);
        command.Add(_rate);
    }

    /// <summary>Adds the options to a command that copies nothing, so that it has no rate.</summary>
    public void AddPlaceTo(Command command)
    {
        ArgumentNullException.ThrowIfNull(command);
        command.Add(_nodes);
        command.Add(_basePort);
        command.Add(_patience);
    }

    /// <summary>How long a command line says to go on trying.</summary>
    public TimeSpan Patience(ParseResult parsed) => parsed.GetValue(_patience);

    /// <summary>The rate that a command line gives.</summary>
    public RateLimit Rate(ParseResult parsed) => new(parsed.GetValue(_rate), TimeProvider.System);

    /// <summary>A client of the cluster that a command line names.</summary>
    public ClusterClient Client(ParseResult parsed)
    {
        var nodes = parsed.GetRequiredValue(_nodes);
        return new ClusterClient(nodes.Length > 0 ? nodes : new PortLayout(parsed.GetValue(_basePort)).Guess(ports => ports.Http), parsed.GetValue(_patience));
    }

    /// <summary>Does a command's work, and turns what is in its way into a message and an exit code.</summary>
    /// <param name="work">The work.</param>
    /// <exception cref="CommandException">Something is in the way.</exception>
    public static async Task<T> GuardAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (RemoteException refused)
        {
            var isSilent = refused.Code == RemoteException.Unreachable;
            throw new CommandException(isSilent ? ExitCode.ClusterDead : ExitCode.Failed, refused.Message, refused);
        }
        catch (InvalidDataException damage)
        {
            throw new CommandException(ExitCode.Failed, damage.Message, damage);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or Storage.Errors.StorageFailedException or Storage.Errors.StorageFullException)
        {
            throw new CommandException(ExitCode.Failed, failure.Message, failure);
        }
    }
}
