using System.Collections.Immutable;
using Catena.Core.Control;
using Catena.Core.Control.Actions;
using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Server.Coordination.Documents;
using Catena.Server.Coordination.Tree;
using Catena.Server.Peers;
using Catena.Server.Platform;
using Catena.ZooKeeper.Client;
using Catena.ZooKeeper.Protocol;
using Microsoft.Extensions.Logging;

namespace Catena.Server.Coordination.Control;

/// <summary>Does what <see cref="Controller" /> decides, while this node is the master and knows it.</summary>
/// <remarks>
/// <para>
/// It decides anew at each change and every second, and only on a tree that was read whole over the present connection; losing that connection
/// stops it. Each write names the controller's own place in the election and the version of the znode that it was decided on, in
/// one multi: so neither a deposed controller nor one that is behind can write (pitfall 7).
/// </para>
/// <para>
/// Changes of members it only asks for. An ask may get lost; it is made again while what it was decided on stands.
/// </para>
/// </remarks>
internal sealed class ControllerLoop : IAsyncDisposable
{
    private const int CreationsPerWrite = 128;

    private readonly ClusterCoordinator _coordinator;
    private readonly Action<NodeId, ControllerAsk> _ask;
    private readonly TimeSpan _interval;
    private readonly ILogger _logger;
    private readonly AsyncSignal _signal = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<NodeId, long> _lastSeen = [];
    private readonly Task _running;
    private HashSet<ControllerAsk> _asked = [];
    private string? _seatPath;
    private long _inOfficeSince;

    /// <summary>Starts the loop.</summary>
    /// <param name="coordinator">The coordinator, opened or about to be.</param>
    /// <param name="ask">Brings an ask to a node, which may be this one; it may get lost.</param>
    /// <param name="interval">How often it decides at least.</param>
    /// <param name="logger">The log.</param>
    public ControllerLoop(ClusterCoordinator coordinator, Action<NodeId, ControllerAsk> ask, TimeSpan interval, ILogger logger)
    {
        _coordinator = coordinator;
        _ask = ask;
        _interval = interval;
        _logger = logger;
        coordinator.Changed += OnChanged;
        _running = Task.Run(RunAsync);
    }

    /// <summary>Whether this node is the controller, as of the last decision.</summary>
    public bool IsInOffice => Volatile.Read(ref _seatPath) is not null;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        _coordinator.Changed -= OnChanged;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stop.Dispose();
    }

    private void OnChanged(Cluster.ClusterView view) => _signal.Set();

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                await StepAsync().ConfigureAwait(false);
                await _signal.WaitAsync(_interval, _stop.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The loop is being ended.
        }
#pragma warning disable CA1031 // Nothing else is expected, so it is a broken invariant.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _coordinator.Fail(e);
        }
    }

    private async Task StepAsync()
    {
        var picture = _coordinator.ControllerPicture();
        NoteOffice(picture?.SeatPath);
        if (picture is null)
        {
            return;
        }

        try
        {
            await ExecuteAsync(picture, Controller.Decide(picture.ViewAt(Milliseconds(), _inOfficeSince, _lastSeen))).ConfigureAwait(false);
        }
        catch (ArgumentException e)
        {
            CoordinationLog.CannotDecide(_logger, e.Message);
        }
        catch (Exception e) when (e is ZooKeeperException or ObjectDisposedException)
        {
            // Deposed or cut off: what was decided is void, and the next decision starts from what is read then.
            CoordinationLog.ActionFailed(_logger, "the rest of its decision", e.Message);
        }
    }

    private void NoteOffice(string? seatPath)
    {
        if (seatPath == _seatPath)
        {
            return;
        }

        Volatile.Write(ref _seatPath, seatPath);
        if (seatPath is null)
        {
            CoordinationLog.OutOfOffice(_logger);
            _lastSeen.Clear();
        }
        else
        {
            _inOfficeSince = Milliseconds();
            CoordinationLog.InOffice(_logger, seatPath);
        }
    }

    private async Task ExecuteAsync(ControllerPicture picture, ImmutableArray<ControllerAction> actions)
    {
        foreach (var portion in actions.OfType<CreatePartition>().Chunk(CreationsPerWrite))
        {
            var creations = portion.Select(action =>
                new CreateOp(_coordinator.Paths.PartitionOf(action.Partition), DocumentCodec.Encode(action.Initial)));
            await WriteAsync(picture, $"create partitions {portion[0].Partition} to {portion[^1].Partition}", creations).ConfigureAwait(false);
        }

        var asked = new HashSet<ControllerAsk>();
        foreach (var action in actions)
        {
            await ExecuteAsync(picture, action, asked).ConfigureAwait(false);
        }

        _asked = asked;
    }

    private async Task ExecuteAsync(ControllerPicture picture, ControllerAction action, HashSet<ControllerAsk> asked)
    {
        switch (action)
        {
            case AddLearner add:
                await ReplaceAsync(picture, add.Partition, add.Next, add.ZnodeVersion).ConfigureAwait(false);
                break;
            case RemoveLearner remove:
                await ReplaceAsync(picture, remove.Partition, remove.Next, remove.ZnodeVersion).ConfigureAwait(false);
                break;
            case CompleteCreation complete:
                var settings = DocumentCodec.Encode(picture.Settings with { Created = true });
                await WriteAsync(picture, "note that all partitions exist", [new SetDataOp(_coordinator.Paths.Settings, settings, complete.ZnodeVersion)])
                    .ConfigureAwait(false);
                break;
            case ForgetNode forget:
                await WriteAsync(picture, $"forget node {forget.Node}", [new DeleteOp(_coordinator.Paths.NodeOf(forget.Node), forget.ZnodeVersion)])
                    .ConfigureAwait(false);
                break;
            case HandOver handOver:
                asked.Add(Ask(picture, handOver.From, ControllerAskKind.HandOver, handOver.Partition, handOver.NewFirst));
                break;
            case RemoveMember remove:
                asked.Add(Ask(picture, remove.First, ControllerAskKind.RemoveMember, remove.Partition, remove.Node));
                break;
        }
    }

    private async Task ReplaceAsync(ControllerPicture picture, PartitionId partition, Configuration next, int version)
    {
        var op = new SetDataOp(_coordinator.Paths.PartitionOf(partition), DocumentCodec.Encode(next), version);
        if (await WriteAsync(picture, $"give partition {partition} {next}", [op]).ConfigureAwait(false) is [_, { Stat: { } stat }])
        {
            _coordinator.OnWritten(partition, next, stat.Version);
        }
    }

    /// <summary>Writes, unless a version has passed, which only means that it is to be decided anew.</summary>
    private async Task<IReadOnlyList<OpResult>> WriteAsync(ControllerPicture picture, string what, IEnumerable<Op> ops)
    {
        try
        {
            var results = await _coordinator.WriteAsControllerAsync(picture.SeatPath, ops, _stop.Token).ConfigureAwait(false);
            CoordinationLog.ActionDone(_logger, what);
            return results;
        }
        catch (ZooKeeperMultiException e) when (e.FailedIndex > 0)
        {
            CoordinationLog.ActionFailed(_logger, what, e.Message);
            return [];
        }
    }

    private ControllerAsk Ask(ControllerPicture picture, NodeId first, ControllerAskKind kind, PartitionId partition, NodeId node)
    {
        var epoch = picture.Partitions.First(known => known.Id == partition).Configuration.Epoch;
        var ask = new ControllerAsk(kind, partition, epoch, node);
        if (!_asked.Contains(ask))
        {
            CoordinationLog.Asked(_logger, first, ask.ToString());
        }

        _ask(first, ask);
        return ask;
    }

    private static long Milliseconds() => MonotonicClock.Now / 1_000_000;
}
