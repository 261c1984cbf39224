using System.Globalization;
using Catena.Cli.CommandLine;
using Catena.Cli.NodeHost;
using Catena.Server.Listeners;
using Catena.Server.Node;

namespace Catena.Cli.Up;

/// <summary>How one node of a development cluster is started.</summary>
/// <param name="Name">The node's name.</param>
/// <param name="Ports">Its ports.</param>
/// <param name="Log">Where it writes its log.</param>
/// <param name="Flags">What follows <c>catena</c> on its command line; works as it stands in a shell, too.</param>
internal sealed record NodeLaunch(string Name, NodePorts Ports, string Log, IReadOnlyList<string> Flags)
{
    /// <summary>The launch of one node.</summary>
    /// <param name="number">The node's number, from 1.</param>
    /// <param name="shape">The cluster.</param>
    /// <param name="options">What the user asked.</param>
    /// <param name="directory">The cluster's directory.</param>
    public static NodeLaunch Of(int number, ClusterShape shape, UpOptions options, ClusterDirectory directory)
    {
        var name = DevelopmentCluster.NameOf(number);
        var layout = new PortLayout(shape.BasePort);
        var ports = layout.Of(number);
        List<string> flags =
        [
            "node",
            "--name", name,
            "--data", directory.DataOf(name),
            "--log", directory.LogOf(name),
            "--zookeeper", shape.ZooKeeper ?? $"127.0.0.1:{Text(layout.Coordinator)}",
            "--cluster", shape.Cluster,
            "--redis-port", Text(ports.Redis),
            "--thrift-port", Text(ports.Thrift),
            "--http-port", Text(ports.Http),
            "--peer-port", Text(ports.Peers),
            "--durability", DurabilityOption.Word(options.Durability),
            "--session-timeout", Durations.Format(options.SessionTimeout),
            "--partitions", Text(shape.Partitions),
            "--replicas", Text(shape.Replicas),
            "--expected-nodes", Text(shape.Nodes),
        ];
        if (shape.MinInSync > 0)
        {
            flags.AddRange(["--min-in-sync", Text(shape.MinInSync)]);
        }

        if (shape.Mode is { } mode)
        {
            flags.AddRange(["--mode", mode]);
        }

        if (number > options.Leaders)
        {
            flags.AddRange(["--lead-weight", "0"]);
        }

        if (options.RedisCluster)
        {
            flags.Add("--redis-cluster");
        }

        if (options.RedisCrossSlot)
        {
            flags.Add("--redis-crossslot");
        }

        if (options.Table)
        {
            flags.AddRange(["--table-port", Text(ports.Table)]);
        }

        if (options.Text)
        {
            flags.AddRange(["--text-port", Text(ports.Text)]);
        }

        if (options.RedisPasswordFile is { } file)
        {
            flags.AddRange([PasswordOption.Name, file]);
        }

        foreach (var announcement in options.Announcements)
        {
            flags.AddRange([AnnounceOption.Name, announcement.ToString()]);
        }

        // All nodes together have the machine that one of them would have.
        AddUnlessGiven("--memory", (NodeOptions.StandardMemoryBytes / shape.Nodes).ToString(CultureInfo.InvariantCulture));
        AddUnlessGiven("--client-threads", Text(ListenerOptions.ThreadsFor(shape.Nodes)));
        flags.AddRange(options.NodeFlags);
        return new NodeLaunch(name, ports, directory.LogOf(name), flags);

        void AddUnlessGiven(string flag, string value)
        {
            if (!options.NodeFlags.Any(given => given == flag || given.StartsWith(flag + "=", StringComparison.Ordinal) || given.StartsWith(flag + ":", StringComparison.Ordinal)))
            {
                flags.AddRange([flag, value]);
            }
        }
    }

    /// <summary>The line that tells that the node is ready.</summary>
    /// <param name="processId">Its process.</param>
    public string ReadyLine(int processId) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Name}  pid {processId}  redis 127.0.0.1:{Ports.Redis}  thrift 127.0.0.1:{Ports.Thrift}{Asked("--table-port", "table", Ports.Table)}{Asked("--text-port", "text", Ports.Text)}  http 127.0.0.1:{Ports.Http}  peers 127.0.0.1:{Ports.Peers}");

    /// <summary>The command line to start the node by hand.</summary>
    public string ShellLine => "catena " + string.Join(' ', Flags.Select(Quote));

    /// <summary>The address of a service that not every cluster has.</summary>
    private string Asked(string flag, string name, int port) => Flags.Contains(flag) ? $"  {name} 127.0.0.1:{Text(port)}" : "";

    private static string Quote(string flag) =>
        flag.All(letter => char.IsAsciiLetterOrDigit(letter) || "-_./:,=".Contains(letter)) && flag.Length > 0
            ? flag
            : $"'{flag.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
