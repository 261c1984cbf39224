using System.Buffers;
using System.Collections.Concurrent;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Server.Node;
using Catena.Server.Partitions;

namespace Catena.Server.Routing;

/// <summary>Carries out commands here or at the node that serves their partition, and again elsewhere when that changes meanwhile.</summary>
/// <remarks>
/// <para>
/// A write carries this node's number for it, so that it runs once however often it is sent; its result is part of the
/// partition's replicated state. Until its deadline a command is sent again after each failure of which it is certain, or for
/// which the number vouches, that nothing happens twice. After that a write that may have been carried out is answered as open.
/// A forwarded command is never forwarded again.
/// </para>
/// <para>
/// Commands on one partition that one thread gives in order arrive in order at the node that serves it; those that have to wait
/// wait in one line a partition.
/// </para>
/// </remarks>
public sealed partial class CommandRouter : ICommandRouter
{
    private const long RetryPause = 4_000_000;
    private const int AttemptBits = 16;
    private const int IdBitsOfLife = 24;
    private const ulong LifeMask = (1UL << 23) - 1;
    private const long SurveyInterval = 20_000_000;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _scratch;

    private readonly NodeCore _core;
    private readonly PartitionMap _map;
    private readonly PartitionDirectory _directory;
    private readonly IForwardPort _port;
    private readonly NodeId _self;
    private readonly long _timeout;
    private readonly Action<Exception> _fatal;
    private readonly RequestWindow[] _windows;
    private readonly ParkingLot _parked;
    private readonly RoutedCommandPool _free;
    private readonly ConcurrentDictionary<ulong, RoutedCommand> _away = new();
    private readonly ConcurrentDictionary<NodeId, ForwardSink> _sinks = new();
    private ulong _lastId;
    private long _nextSurvey;
    private volatile bool _hasFailed;

    /// <summary>A router that knows no configuration yet.</summary>
    /// <param name="core">This node.</param>
    /// <param name="map">Which slots make which partition.</param>
    /// <param name="directory">Who serves which partition.</param>
    /// <param name="port">The way to other nodes.</param>
    /// <param name="self">This node's id.</param>
    /// <param name="timeout">How long a command may take before it is given up.</param>
    /// <param name="fatal">Ends the process: a partition threw, so that an invariant is broken or the disk has failed.</param>
    public CommandRouter(
        NodeCore core, PartitionMap map, PartitionDirectory directory, IForwardPort port, NodeId self, TimeSpan timeout, Action<Exception> fatal)
    {
        ArgumentNullException.ThrowIfNull(core);
        ArgumentNullException.ThrowIfNull(map);
        _core = core;
        _map = map;
        _directory = directory;
        _port = port;
        _self = self;
        _fatal = fatal;
        _timeout = (long)timeout.TotalNanoseconds;

        // The answer to a command of an earlier life may come over a connection of this one: no two lives near each other use the same ids.
        _lastId = (core.Incarnation & LifeMask) << IdBitsOfLife;
        _parked = new ParkingLot(map.Partitions);
        _free = new RoutedCommandPool(this);
        _freeGroups = new PutGroupPool(this);
        _windows = [.. Enumerable.Range(0, map.Partitions).Select(_ => new RequestWindow(self.Value, core.Incarnation))];
    }

    /// <summary>How many commands are parked or at other nodes.</summary>
    public int Waiting => _parked.Count + _away.Count;

    private static ArrayBufferWriter<byte> Scratch => _scratch ??= new ArrayBufferWriter<byte>(1024);

    /// <inheritdoc />
    public void Execute(in Command command, ICommandSink sink, long tag) => Route(command, sink, tag, mayGather: false);

    /// <inheritdoc />
    public void Gather(in Command command, ICommandSink sink, long tag) => Route(command, sink, tag, mayGather: true);

    /// <inheritdoc />
    public bool IsInTurn => _core.IsInTurn;

    /// <inheritdoc />
    public void BeginTurn()
    {
        PutGroups.Begin(this, _map.Partitions);
        _core.BeginTurn();
    }

    /// <inheritdoc />
    public bool IsGathering => _core.IsGathering;

    /// <inheritdoc />
    public bool OwesTurn => _core.OwesTurn;

    /// <inheritdoc />
    public void SettleTurn() => SeeToTurn(isOver: false);

    /// <inheritdoc />
    public void EndTurn() => SeeToTurn(isOver: true);

    /// <summary>Takes a command that another node forwards; it is carried out here or refused.</summary>
    /// <param name="from">The node.</param>
    /// <param name="incarnation">Its life.</param>
    /// <param name="payload">What it sent.</param>
    public void ReceiveRequest(NodeId from, ulong incarnation, ReadOnlySpan<byte> payload)
    {
        var reader = new ByteReader(payload);
        var id = reader.ReadUInt64();
        var partition = new PartitionId(reader.ReadUInt16());
        var sequence = reader.ReadVarint();
        var settled = reader.ReadVarint();
        var command = CommandCodec.Read(ref reader);
        if (!reader.IsAtEnd || partition.Value >= _map.Partitions || (sequence != 0 && settled >= sequence))
        {
            return;
        }

        var host = _core.FindHost(partition);
        if (host is null || !(host.Serves(command) || IsForFirst(host, command)))
        {
            var scratch = Scratch;
            scratch.ResetWrittenCount();
            ForwardCodec.WriteReply(scratch, id, partition, _directory.Find(partition), Refusals.NotMine);
            _port.SendReply(from, scratch.WrittenSpan);
            return;
        }

        if (command.IsWrite)
        {
            _core.NoteAsked();
        }

        var sink = _sinks.GetOrAdd(from, static (peer, port) => new ForwardSink(peer, port), _port);
        if (!host.TryRead(command, sink, (long)id))
        {
            var request = sequence == 0 ? RequestId.None : new RequestId(from.Value, incarnation, sequence, settled);
            host.Execute(command, request, sink, (long)id);
        }
    }

    /// <summary>Takes the answer to a forwarded command.</summary>
    /// <param name="payload">What the other node sent.</param>
    public void ReceiveReply(ReadOnlySpan<byte> payload)
    {
        var reader = new ByteReader(payload);
        var id = reader.ReadUInt64();
        if (reader.ReadByte() == 1)
        {
            var partition = new PartitionId(reader.ReadUInt16());
            var configuration = ConfigurationCodec.Read(ref reader);
            if (reader.IsValid && partition.Value < _map.Partitions)
            {
                _directory.Learn(partition, configuration);
            }
        }

        // An answer to an earlier attempt says nothing of the one under way.
        if (reader.IsValid && _away.TryGetValue(id >> AttemptBits, out var routed) && routed.AwayAttempt is var attempt && WireId(routed, attempt) == id)
        {
            Answered(routed, attempt, reader.Rest);
        }
    }

    /// <summary>Takes the word that whatever was sent to a node may be lost, with its answers.</summary>
    /// <param name="peer">The node.</param>
    public void PeerLost(NodeId peer)
    {
        foreach (var routed in _away.Values.Where(routed => routed.At == peer))
        {
            Recall(routed);
        }
    }

    /// <summary>Sends parked commands on their way and gives late ones up; called every few milliseconds by one thread.</summary>
    public void Tick()
    {
        var now = _core.Now;
        if (_parked.Count > 0)
        {
            foreach (var late in _parked.TakeLate(now))
            {
                GiveUp(late);
            }

            for (var partition = 0; partition < _map.Partitions && _parked.Count > 0; partition++)
            {
                StartParked(new PartitionId((ushort)partition), now);
            }
        }

        if (now >= _nextSurvey)
        {
            _nextSurvey = now + SurveyInterval;
            Survey(now);
        }
    }

    /// <summary>Takes the result of an attempt; called under a partition's lock or on a peer's thread.</summary>
    internal void Answered(RoutedCommand routed, int attempt, ReadOnlySpan<byte> result)
    {
        if (!routed.TryEnd(attempt))
        {
            return;
        }

        if (routed.At != _self)
        {
            _away.TryRemove(routed.Id, out _);
        }

        var reader = new ResultReader(result);
        var code = reader.Kind == ResultKind.Error ? reader.Error : default;
        if (code is ErrorCode.NotMine or ErrorCode.OutcomeUnknown or ErrorCode.AskFirst)
        {
            routed.IsOpen |= code == ErrorCode.OutcomeUnknown;
            routed.WantsFirst = code == ErrorCode.AskFirst;
            routed.NotBefore = code == ErrorCode.AskFirst ? 0 : _core.Now + RetryPause;
            _parked.Add(routed);
        }
        else if (code == ErrorCode.Forgotten || (routed.IsOpen && IsRefusal(code)))
        {
            Finish(routed, Refusals.OutcomeUnknown);
        }
        else
        {
            Finish(routed, result);
        }
    }

    private void SeeToTurn(bool isOver)
    {
        if (_hasFailed)
        {
            // What was thrown out of half way is not gone on with: the node is about to end.
            return;
        }

        try
        {
            CarryOutGathered();
            if (isOver)
            {
                PutGroups.Of(this)?.Leave();
                _core.EndTurn();
            }
            else
            {
                _core.SettleTurn();
            }
        }
#pragma warning disable CA1031 // The node is told and ends in order; whose thread this is has nobody else to tell.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            _hasFailed = true;
            _fatal(failure);
        }
    }

    private void Route(in Command command, ICommandSink sink, long tag, bool mayGather)
    {
        if (command.IsWrite)
        {
            _core.NoteAsked();
        }

        try
        {
            if (!TryReadHere(command, sink, tag, out var partition, out var host)
                && !TryGather(partition, host, command, sink, tag, mayGather))
            {
                Send(partition, command, sink, tag);
            }
        }
        catch (Exception failure)
        {
            // Listeners contain the faults of single connections; this one is of the node itself and must not be contained.
            _fatal(failure);
            throw;
        }
    }

    private bool TryReadHere(in Command command, ICommandSink sink, long tag, out PartitionId partition, out PartitionHost? host)
    {
        partition = _map.Of(new HashSlot(command.Slot));
        host = _core.FindHost(partition);
        return host is { IsReading: true } && !_parked.HasAny(partition) && host.TryRead(command, sink, tag);
    }

    /// <summary>Sends a command on its way.</summary>
    internal void Send(PartitionId partition, in Command command, ICommandSink sink, long tag)
    {
        var routed = Begin(partition, command, sink, tag);
        if (_parked.HasAny(partition))
        {
            _parked.Add(routed);
        }
        else
        {
            Start(routed, command);
        }
    }

    private RoutedCommand Begin(PartitionId partition, in Command command, ICommandSink sink, long tag)
    {
        var sequence = command.IsWrite ? _windows[partition.Value].Take() : 0;
        var routed = _free.Take();
        routed.Begin(Interlocked.Increment(ref _lastId), partition, command, Scratch, sequence, _core.TurnNow + _timeout, sink, tag);
        return routed;
    }

    private static bool IsRefusal(ErrorCode code) =>
        code is ErrorCode.TryAgain or ErrorCode.NotEnoughReplicas or ErrorCode.ReadOnly or ErrorCode.OutOfMemory or ErrorCode.ClusterDown or ErrorCode.Busy or ErrorCode.Damaged;

    private void Start(RoutedCommand routed, in Command command)
    {
        var attempt = routed.Attempt;
        var host = _core.FindHost(routed.Partition);
        if (host is not null && (routed.WantsFirst ? host.IsServing : host.Serves(command)))
        {
            routed.At = _self;
            host.Execute(command, IdOf(routed), routed, attempt);
            return;
        }

        var target = _directory.Find(routed.Partition) is { } configuration ? TargetOf(routed, configuration) : NodeId.None;
        if (target == NodeId.None || target == _self || !TrySend(routed, attempt, target))
        {
            if (routed.TryEnd(attempt))
            {
                _away.TryRemove(routed.Id, out _);
                routed.At = NodeId.None;
                routed.NotBefore = _core.Now + RetryPause;
                _parked.Add(routed);
            }
        }
    }

    /// <summary>Where a command belongs: at the first member, or at a reader; where there are several, each has its share.</summary>
    private NodeId TargetOf(RoutedCommand routed, Configuration configuration)
    {
        if (routed.IsWrite || routed.WantsFirst)
        {
            return configuration.First;
        }

        var readers = configuration.Topology.ReadersOf(configuration);
        var reader = readers[(int)(routed.Id % (ulong)readers.Length)];
        return reader == _self ? configuration.Reader : reader;
    }

    /// <summary>Whether a read is one that a chain's reader has sent on to the first member, which is the only way that one comes there.</summary>
    private static bool IsForFirst(PartitionHost host, in Command command) => host.IsServing && !command.IsWrite;

    private bool TrySend(RoutedCommand routed, int attempt, NodeId target)
    {
        var scratch = Scratch;
        scratch.ResetWrittenCount();
        ForwardCodec.WriteRequest(scratch, WireId(routed, attempt), routed.Partition, IdOf(routed), routed.Encoded);
        routed.At = target;
        routed.WasAway = true;
        _away[routed.Id] = routed;
        routed.AwayAttempt = attempt;
        return _port.TrySendRequest(target, scratch.WrittenSpan);
    }

    private static ulong WireId(RoutedCommand routed, int attempt) => (routed.Id << AttemptBits) | (ushort)attempt;

    private RequestId IdOf(RoutedCommand routed) =>
        routed.Sequence == 0 ? RequestId.None : _windows[routed.Partition.Value].IdOf(routed.Sequence);

    private void StartParked(PartitionId partition, long now)
    {
        // What comes straight back is due again only later, so this ends.
        while (_parked.TakeDue(partition, now) is { } routed)
        {
            var reader = new ByteReader(routed.Encoded);
            Start(routed, CommandCodec.Read(ref reader));
            _parked.Started(partition);
        }
    }

    private void Survey(long now)
    {
        // In order, so that a node in the simulator answers in the same order each time.
        foreach (var routed in _away.Values.OrderBy(routed => routed.Id))
        {
            if (routed.Deadline <= now)
            {
                if (routed.TryEnd(routed.AwayAttempt))
                {
                    _away.TryRemove(routed.Id, out _);
                    routed.IsOpen |= routed.IsWrite;
                    GiveUp(routed);
                }
            }
            else if (_directory.Find(routed.Partition) is { } configuration && routed.At != _self && routed.At != TargetOf(routed, configuration))
            {
                Recall(routed);
            }
        }
    }

    private void Recall(RoutedCommand routed)
    {
        if (routed.TryEnd(routed.AwayAttempt))
        {
            _away.TryRemove(routed.Id, out _);
            routed.IsOpen |= routed.IsWrite;
            _parked.Add(routed);
        }
    }

    private void GiveUp(RoutedCommand routed)
    {
        var isUnplaced = _directory.Find(routed.Partition) is null;
        Finish(routed, routed.IsOpen ? Refusals.OutcomeUnknown : isUnplaced ? Refusals.NoPartition : Refusals.TimedOut);
    }

    private void Finish(RoutedCommand routed, ReadOnlySpan<byte> result)
    {
        if (routed.Sequence != 0)
        {
            _windows[routed.Partition.Value].Settle(routed.Sequence);
        }

        if (!routed.TryFinish(result))
        {
            return;
        }

        if (routed.WasAway)
        {
            routed.ReturnMemory();
        }
        else
        {
            _free.Return(routed);
        }
    }
}
