using System.Diagnostics;
using Catena.Cli.CommandLine;
using Catena.Cli.Status;
using Catena.Cli.Up;

namespace Catena.Cli.Bench.Failures;

/// <summary>A cluster on this machine that a measurement starts for itself, to kill its nodes: nobody else's can come to harm.</summary>
/// <remarks>Its directory has to be new; it is removed at the end unless it was named. Processes are killed through the handles with which they were started. Not thread-safe.</remarks>
internal sealed class OwnCluster : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(2);

    private readonly ClusterDirectory _directory;
    private readonly bool _isRemoved;
    private readonly Terminal _terminal;
    private readonly ProcessStarter _starter = new();
    private readonly HttpClusterProbe _probe;
    private readonly StatusClient _status = new(AnswerPatience);
    private readonly NodeProcess?[] _processes;
    private Coordinator? _coordinator;

    private OwnCluster(ClusterDirectory directory, bool isRemoved, ClusterShape shape, IReadOnlyList<NodeLaunch> nodes)
    {
        _directory = directory;
        _isRemoved = isRemoved;
        Shape = shape;
        Nodes = nodes;
        _terminal = new Terminal(TextWriter.Null, directory.Log);
        _probe = new HttpClusterProbe(shape.MembersForWrites);
        _processes = new NodeProcess?[nodes.Count];
    }

    /// <summary>What it looks like.</summary>
    public ClusterShape Shape { get; }

    /// <summary>Its nodes.</summary>
    public IReadOnlyList<NodeLaunch> Nodes { get; }

    /// <summary>Measures until it is done or this process is told to stop.</summary>
    /// <param name="measure">Measures; its clusters have been stopped once it ends.</param>
    /// <param name="cancellation">Stops it, as a signal does.</param>
    /// <exception cref="CommandException">It was stopped before its end.</exception>
    public static async Task<int> MeasureAsync(Func<CancellationToken, Task<int>> measure, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(measure);
        using var signal = StopSignal.OnEverySignal();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(signal.Stop, cancellation);
        try
        {
            return await measure(stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            throw new CommandException(ExitCode.Failed, "stopped before the last round; the cluster has been stopped, too");
        }
    }

    /// <summary>Starts a cluster, and waits until it is whole.</summary>
    /// <param name="options">What it is to look like; its directory is where nothing is yet, or empty for one that is made and removed.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="CommandException">It cannot be started.</exception>
    public static async Task<OwnCluster> StartAsync(UpOptions options, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(options);
        var isRemoved = options.DataDirectory.Length == 0;
        var path = isRemoved ? Directory.CreateTempSubdirectory("catena-bench-").FullName : options.DataDirectory;
        if (!isRemoved && Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any())
        {
            throw new CommandException(ExitCode.Usage, $"{Path.GetFullPath(path)} is not empty: nodes are to be killed, so the cluster has to be one of its own. Give another --data.");
        }

        var directory = ClusterDirectory.Claim(path);
        OwnCluster? cluster = null;
        try
        {
            var asked = options with { DataDirectory = path };
            var shape = ClusterShape.Resolve(null, asked);
            PortProbe.Check(shape, asked);
            directory.WriteShape(shape);
            cluster = new OwnCluster(directory, isRemoved, shape, [.. Enumerable.Range(1, shape.Nodes).Select(number => NodeLaunch.Of(number, shape, asked, directory))]);
            cluster._coordinator = await Coordinator.StartAsync(shape, directory.Coordinator, cluster._terminal).ConfigureAwait(false);
            for (var node = 0; node < cluster.Nodes.Count; node++)
            {
                cluster.Start(node);
            }

            await cluster.AwaitWholeAsync(stop).ConfigureAwait(false);
            return cluster;
        }
        catch
        {
            if (cluster is not null)
            {
                await cluster.DisposeAsync().ConfigureAwait(false);
            }
            else
            {
                directory.Dispose();
            }

            throw;
        }
    }

    /// <summary>The address of a node's Redis protocol.</summary>
    public HostPort RedisOf(int node) => new("127.0.0.1", Nodes[node].Ports.Redis);

    /// <summary>Starts a node that does not run.</summary>
    public void Start(int node) => _processes[node] = NodeProcess.Start(Nodes[node], _starter, _terminal);

    /// <summary>Kills a node's process (SIGKILL), and waits until it is gone.</summary>
    public async Task KillAsync(int node)
    {
        if (_processes[node] is { } process)
        {
            _processes[node] = null;
            process.Kill();
            await process.WaitForExitAsync().ConfigureAwait(false);
            process.Dispose();
        }
    }

    /// <summary>Whether a node says that it takes requests.</summary>
    public async Task<bool> IsReadyAsync(int node, CancellationToken stop) => await _probe.NodeLacksAsync(Nodes[node], stop).ConfigureAwait(false) is null;

    /// <summary>The partitions as a node sees them; null where it does not answer.</summary>
    public async Task<StatusDocument?> StatusAsync(int node, CancellationToken stop) =>
        (await _status.AskAsync(new HostPort("127.0.0.1", Nodes[node].Ports.Http), stop).ConfigureAwait(false)).Document;

    /// <summary>Whether every partition has all its members, and serves, as far as a node knows.</summary>
    public async Task<bool> IsWholeAsync(int node, CancellationToken stop) =>
        await StatusAsync(node, stop).ConfigureAwait(false) is { } document
        && document.Partitions.Count == Shape.Partitions
        && document.Partitions.All(partition => partition.Members.Count == Shape.Replicas && partition.Learners.Count == 0);

    /// <summary>Waits until every node serves and is a member wherever it is to be one.</summary>
    /// <exception cref="CommandException">That does not happen.</exception>
    public async Task AwaitWholeAsync(CancellationToken stop)
    {
        var waiting = Stopwatch.StartNew();
        while (!await IsWholeEverywhereAsync(stop).ConfigureAwait(false))
        {
            if (waiting.Elapsed > Patience)
            {
                throw new CommandException(ExitCode.Failed, $"the cluster did not become whole within {Durations.Format(Patience)}; its logs are in {_directory.Root}");
            }

            await Task.Delay(LookInterval, stop).ConfigureAwait(false);
        }
    }

    /// <summary>Stops all nodes in order, and removes the directory if it was made for this.</summary>
    public async ValueTask DisposeAsync()
    {
        var running = _processes.OfType<NodeProcess>().ToList();
        running.ForEach(process => process.AskToStop());
        foreach (var process in running)
        {
            var exit = process.WaitForExitAsync();
            await Task.WhenAny(exit, Task.Delay(StopPatience)).ConfigureAwait(false);
            process.Kill();
            await exit.ConfigureAwait(false);
            process.Dispose();
        }

        if (_coordinator is not null)
        {
            await _coordinator.DisposeAsync().ConfigureAwait(false);
        }

        _starter.Dispose();
        _probe.Dispose();
        _status.Dispose();
        _terminal.Dispose();
        _directory.Dispose();
        if (_isRemoved)
        {
            Directory.Delete(_directory.Root, recursive: true);
        }
    }

    private async Task<bool> IsWholeEverywhereAsync(CancellationToken stop)
    {
        for (var node = 0; node < Nodes.Count; node++)
        {
            if (!await IsReadyAsync(node, stop).ConfigureAwait(false) || !await IsWholeAsync(node, stop).ConfigureAwait(false))
            {
                return false;
            }
        }

        return await _probe.ClusterLacksAsync(Nodes, stop).ConfigureAwait(false) is null;
    }
}
