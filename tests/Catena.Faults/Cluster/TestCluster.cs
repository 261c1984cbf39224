using System.Globalization;
using Catena.Core.Replication;
using Catena.Faults.Network;
using Catena.Faults.Running;

namespace Catena.Faults.Cluster;

/// <summary>A cluster of real processes: nodes and a coordinator, each on a host of its own.</summary>
internal sealed class TestCluster : IDisposable
{
    /// <summary>The coordinator's host.</summary>
    public const string CoordinatorHost = "coord";

    /// <summary>The clients' host.</summary>
    public const string ClientHost = "clients";

    /// <summary>How many replicas every partition has.</summary>
    public const int Replicas = 3;

    /// <summary>How many partitions there are.</summary>
    public const int Partitions = 16;

    /// <summary>Small, so that a full disk is noticed after little more has been written, and what is held back is used up soon after.</summary>
    private const int SegmentBytes = 256 << 10;

    private const int SmallDiskMegabytes = 512;
    private const int SmallDiskMegabytesPerMinute = 48;
    private const string ZooKeeperClassPath = "/usr/share/java/zookeeper.jar:/usr/share/java/slf4j-simple.jar";

    private readonly FaultsOptions _options;
    private readonly INetwork _network;
    private readonly ChildStarter _starter;
    private readonly NodeClient _client;
    private IReadOnlyList<PartitionStanding>? _seenLast;
    private readonly int _basePort;

    /// <summary>A cluster that is not started yet.</summary>
    /// <param name="options">What the run is asked to do.</param>
    /// <param name="network">Where the hosts are.</param>
    /// <param name="starter">Starts processes.</param>
    /// <param name="smallDiskNode">The number, from 0, of the node whose disk can be filled; null for none.</param>
    public TestCluster(FaultsOptions options, INetwork network, ChildStarter starter, int? smallDiskNode)
    {
        _options = options;
        _network = network;
        _starter = starter;
        _client = new NodeClient(network);
        _basePort = network.CanCut ? 7000 : FreePorts.Block();
        Directory.CreateDirectory(LogDirectory);
        Coordinator = new ManagedProcess(
            "the coordinator", network.On(CoordinatorHost, CoordinatorCommand()), Path.Combine(LogDirectory, "coordinator.out"), starter);
        if (smallDiskNode is not null)
        {
            SmallDisk = new SmallDisk(Path.Combine(options.Directory, "disk"), SmallDiskMegabytes + (int)(SmallDiskMegabytesPerMinute * options.Length.TotalMinutes));
        }

        Nodes = [.. Enumerable.Range(0, options.Nodes).Select(number => NodeOf(number, number == smallDiskNode))];
        SmallDiskNode = smallDiskNode is { } chosen ? Nodes[chosen] : null;
    }

    /// <summary>The nodes.</summary>
    public IReadOnlyList<ClusterNode> Nodes { get; }

    /// <summary>The coordinator.</summary>
    public ManagedProcess Coordinator { get; }

    /// <summary>The disk that can be filled, if any.</summary>
    public SmallDisk? SmallDisk { get; }

    /// <summary>Whose disk that is.</summary>
    public ClusterNode? SmallDiskNode { get; }

    /// <summary>The network.</summary>
    public INetwork Network => _network;

    /// <summary>Where nodes and workers log.</summary>
    public string LogDirectory => Path.Combine(_options.Directory, "logs");

    /// <summary>Asks the nodes.</summary>
    public NodeClient Client => _client;

    /// <summary>Starts everything, and waits until every node serves and every partition has its members.</summary>
    /// <exception cref="HarnessException">That takes too long.</exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        Coordinator.Start();
        foreach (var node in Nodes)
        {
            node.Process.Start();
        }

        var missing = await LackAsync(TimeSpan.FromSeconds(120), ThrowIfOneEnded, cancellation);
        if (missing is not null)
        {
            throw new HarnessException($"the cluster did not come up: {missing}");
        }
    }

    /// <summary>Waits until every node is ready and sees all members of all partitions.</summary>
    /// <param name="patience">For how long.</param>
    /// <param name="meanwhile">Done again and again.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Null once that is so; what is still missing where the patience ends first.</returns>
    public async Task<string?> LackAsync(TimeSpan patience, Action meanwhile, CancellationToken cancellation)
    {
        var deadline = DateTime.UtcNow + patience;
        while (true)
        {
            meanwhile();
            var missing = await LackAsync();
            if (missing is null || DateTime.UtcNow > deadline)
            {
                return missing;
            }

            await Task.Delay(100, cancellation);
        }
    }

    /// <summary>The partitions as the first node that answers sees them; where none does, since all are struck, as one saw them last.</summary>
    /// <exception cref="HarnessException">None has ever answered.</exception>
    public async Task<IReadOnlyList<PartitionStanding>> PartitionsAsync()
    {
        foreach (var node in Nodes)
        {
            if (await _client.PartitionsAsync(node) is { } partitions)
            {
                return _seenLast = partitions;
            }
        }

        return _seenLast ?? throw new HarnessException("no node tells its status");
    }

    /// <summary>Starts again what ended though nobody asked it to.</summary>
    /// <returns>What ended, and how.</returns>
    public IReadOnlyList<string> StartWhatEnded()
    {
        var ended = new List<string>();
        foreach (var process in Nodes.Select(node => node.Process).Append(Coordinator))
        {
            if (process.HasEndedByItself(out var exitCode))
            {
                ended.Add(FormattableString.Invariant($"{process.Name} ended by itself with exit code {exitCode}; its log is in {LogDirectory}"));
                process.Start();
            }
        }

        return ended;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var node in Nodes)
        {
            node.Process.Dispose();
        }

        Coordinator.Dispose();
        SmallDisk?.Dispose();
        _client.Dispose();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private void ThrowIfOneEnded()
    {
        if (StartWhatEnded() is [var ended, ..])
        {
            throw new HarnessException(ended);
        }
    }

    /// <summary>Asks for another mode of replication, again and again, until every node sees all partitions in it.</summary>
    /// <param name="mode">The mode's name.</param>
    /// <param name="patience">For how long.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Null once that is so; what is still missing where the patience ends first.</returns>
    public async Task<string?> PassIntoAsync(string mode, TimeSpan patience, CancellationToken cancellation)
    {
        var deadline = DateTime.UtcNow + patience;
        while (true)
        {
            await AskModeAsync(mode);
            await Task.Delay(100, cancellation);
            var views = await Task.WhenAll(Nodes.Select(_client.PartitionsAsync));
            var other = views.Select(view => view is null ? "a node does not tell its status" : OtherThan(mode, view)).OfType<string>().FirstOrDefault();
            if (other is null || DateTime.UtcNow > deadline)
            {
                return other;
            }
        }
    }

    /// <summary>Asks every node once for another mode of replication.</summary>
    public Task AskModeAsync(string mode) => Task.WhenAll(Nodes.Select(node => _client.AskModeAsync(node, mode)));

    private static string? OtherThan(string mode, IReadOnlyList<PartitionStanding> view) =>
        view.FirstOrDefault(partition => partition.Mode != mode) is { } other
            ? FormattableString.Invariant($"partition {other.Partition} replicates as {other.Mode}")
            : null;

    private async Task<string?> LackAsync()
    {
        foreach (var node in Nodes)
        {
            if (!await _client.IsReadyAsync(node))
            {
                return $"{node.Name} is not ready";
            }

            var partitions = await _client.PartitionsAsync(node) ?? [];
            var lacking = partitions.Where(partition => partition.Members.Count < Replicas || partition.Learners > 0).ToList();
            if (partitions.Count < Partitions || lacking.Count > 0)
            {
                return lacking.Count == 0
                    ? $"{node.Name} tells of {partitions.Count} partitions"
                    : $"{lacking.Count} partitions lack members, as {node.Name} sees it; partition {lacking[0].Partition} has {string.Join(", ", lacking[0].Members)} and {lacking[0].Learners} learners";
            }
        }

        return null;
    }

    private ClusterNode NodeOf(int number, bool isOnSmallDisk)
    {
        var name = FormattableString.Invariant($"node-{number + 1}");
        var data = isOnSmallDisk ? SmallDisk!.Data : Path.Combine(_options.Directory, "data", name);
        var redis = _basePort + 101 + number;
        var thrift = _basePort + 201 + number;
        var http = _basePort + 301 + number;
        var address = _network.AddressOf(name).ToString();
        string[] command =
        [
            _options.Catena,
            "node", "--name", name, "--data", data, "--log", Path.Combine(LogDirectory, name + ".log"),
            "--zookeeper", $"{_network.AddressOf(CoordinatorHost)}:{Text(_basePort)}",
            "--bind", address, "--redis-port", Text(redis), "--thrift-port", Text(thrift), "--http-port", Text(http),
            "--mode", ReplicationModes.NameOf(_options.FirstMode), "--peer-port", Text(_basePort + 401 + number), "--partitions", Text(Partitions), "--replicas", Text(Replicas),
            "--expected-nodes", Text(_options.Nodes), "--segment-bytes", Text(SegmentBytes), "--command-timeout", "2s",
            "--parent-pid", Text(Environment.ProcessId),
        ];
        var process = new ManagedProcess(name, _network.On(name, command), Path.Combine(LogDirectory, name + ".out"), _starter);
        return new ClusterNode(name, data, redis, thrift, http, process);
    }

    private string[] CoordinatorCommand()
    {
        var directory = Directory.CreateDirectory(Path.Combine(_options.Directory, "coordinator")).FullName;
        var address = _network.AddressOf(CoordinatorHost).ToString();
        if (!_options.UsesZooKeeper)
        {
            return
            [
                Environment.ProcessPath!, CoordinatorCommandLine.Name, address, Text(_basePort), directory,
            ];
        }

        var configuration = Path.Combine(directory, "zoo.cfg");
        File.WriteAllText(configuration, string.Create(CultureInfo.InvariantCulture, $"""
            tickTime=1000
            dataDir={directory}/data
            clientPort={_basePort}
            clientPortAddress={address}
            admin.enableServer=false
            maxClientCnxns=0
            """));
        return
        [
            "java", "-Xmx256m", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp", ZooKeeperClassPath,
            "org.apache.zookeeper.server.ZooKeeperServerMain", configuration,
        ];
    }
}
