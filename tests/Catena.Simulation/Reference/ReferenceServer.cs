using Catena.Core.Primitives;
using Catena.Simulation.Checkers;
using Catena.Simulation.Histories;
using Catena.Simulation.Nodes;
using Catena.Simulation.Scheduling;

namespace Catena.Simulation.Reference;

/// <summary>A register server with a single copy and a journal: the simplest system that keeps all the promises that clients can check.</summary>
/// <remarks>
/// It tries out the simulated world itself: under every fault that one disk can stand there must be no violation, and each rule that a
/// broken variant leaves out must give one. The rules: reply only when everything that the reply rests on is durable, reads included; run a
/// retried request once; write and sync again what is found after a restart before serving it; end the process after a failed sync.
/// </remarks>
public class ReferenceServer : INodeProgram, IReplicaView
{
    private readonly SimulatedNode _node;
    private readonly ReferenceState _state = new();
    private readonly List<LogEntryDigest> _log = [];
    private readonly List<(NodeId To, ReferenceReply Reply, ulong Needs)> _replies = [];
    private ReferenceJournal? _journal;
    private ulong _durable;
    private bool _syncing;
    private bool _recovered;

    /// <summary>A server that has not started.</summary>
    public ReferenceServer(SimulatedNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        _node = node;
    }

    /// <inheritdoc />
    public NodeId Node => _node.Id;

    /// <inheritdoc />
    public ulong Incarnation => _node.Incarnation;

    /// <inheritdoc />
    public PartitionId Partition => default;

    /// <summary>The incarnation: every start is an epoch, so that no LSN is given twice.</summary>
    public Epoch Epoch => new(_node.Incarnation);

    /// <inheritdoc />
    public ReplicaRole Role => ReplicaRole.First;

    /// <inheritdoc />
    public bool Serving => _recovered;

    /// <inheritdoc />
    public IReadOnlyList<NodeId> Members => [_node.Id];

    /// <inheritdoc />
    public Lsn Applied => Durable;

    /// <inheritdoc />
    public Lsn Committed => Durable;

    /// <inheritdoc />
    public Lsn Durable => _durable == 0 ? Lsn.Zero : _log[(int)_durable - 1].Lsn;

    /// <inheritdoc />
    public ulong FirstSequence => 1;

    /// <inheritdoc />
    public ulong LastSequence => (ulong)_log.Count;

    /// <inheritdoc />
    public ulong StateDigest => 0;

    /// <summary>Whether replies wait until what they rest on is durable; false only in a broken variant.</summary>
    protected virtual bool RepliesWait => true;

    /// <summary>Whether replies to reads wait as well; false only in a broken variant.</summary>
    protected virtual bool ReadsWait => true;

    /// <summary>Whether a retried request is recognised; false only in a broken variant.</summary>
    protected virtual bool RecognisesRetries => true;

    /// <summary>Whether what was found after a restart is synced before it is served; false only in a broken variant.</summary>
    protected virtual bool SyncsBeforeServing => true;

    /// <summary>Whether what was found after a restart is written again before that sync; false only in a broken variant.</summary>
    protected virtual bool RewritesBeforeServing => true;

    /// <inheritdoc />
    public void Start()
    {
        var records = new List<HistoryOperation>();
        _journal = ReferenceJournal.Open(_node.Disk, records, RewritesBeforeServing);
        foreach (var record in records)
        {
            Apply(record);
        }

        if (SyncsBeforeServing)
        {
            Sync();
        }
        else
        {
            _durable = LastSequence;
            _recovered = true;
        }
    }

    /// <inheritdoc />
    public void Receive(NodeId from, object message)
    {
        if (_recovered && message is ReferenceRequest request)
        {
            Execute(from, request);
        }
    }

    /// <inheritdoc />
    public void ConnectionBroken(NodeId peer)
    {
        // Clients try again of their own accord.
    }

    /// <inheritdoc />
    public bool TryGetEntry(ulong sequence, out LogEntryDigest entry)
    {
        var exists = sequence >= 1 && sequence <= LastSequence;
        entry = exists ? _log[(int)sequence - 1] : default;
        return exists;
    }

    private void Execute(NodeId from, ReferenceRequest request)
    {
        var isRead = request.Command.Operation == RegisterOperation.Get;
        if (!isRead && RecognisesRetries && _state.LastOf(request.Client) is { } last && last.Sequence >= request.Sequence)
        {
            if (last.Sequence == request.Sequence)
            {
                Reply(from, new ReferenceReply(last.Sequence, last.Result), LastSequence);
            }

            return;
        }

        var version = new Lsn(Epoch, LastSequence + 1);
        var result = _state.Decide(request.Key, request.Command, version);
        if (!isRead)
        {
            // Refusals as well: a retry must be refused again, whatever has changed.
            var record = new HistoryOperation(request.Client, request.Key, request.Command, request.Sequence, request.Sequence, Outcome.Ok, result);
            _journal!.Append(record);
            Apply(record);
        }

        Reply(from, new ReferenceReply(request.Sequence, result), isRead && !ReadsWait ? 0 : LastSequence);
    }

    private void Apply(HistoryOperation record)
    {
        _state.Apply(record);
        var sequence = LastSequence + 1;
        var epoch = record.Result!.Version?.Epoch ?? (_log.Count > 0 ? _log[^1].Lsn.Epoch : Epoch.None);
        _log.Add(new LogEntryDigest(new Lsn(epoch, sequence), RunningHash.Of(HistoryLine.Format(record))));
    }

    private void Reply(NodeId to, ReferenceReply reply, ulong needs)
    {
        if (!RepliesWait || needs <= _durable)
        {
            _node.Send(to, reply);
            needs = 0;
        }

        if (needs > 0)
        {
            _replies.Add((to, reply, needs));
        }

        if (LastSequence > _durable)
        {
            Sync();
        }
    }

    private void Sync()
    {
        if (_syncing)
        {
            return;
        }

        _syncing = true;
        var covered = LastSequence;
        _journal!.BeginSync(succeeded => _node.Run("reference.synced", () => Synced(succeeded, covered)));
    }

    private void Synced(bool succeeded, ulong covered)
    {
        if (!succeeded)
        {
            throw new ProcessExitException("fsync failed");
        }

        _syncing = false;
        _recovered = true;
        _durable = covered;
        foreach (var (to, reply, _) in _replies.Where(waiting => waiting.Needs <= _durable))
        {
            _node.Send(to, reply);
        }

        _replies.RemoveAll(waiting => waiting.Needs <= _durable);
        if (LastSequence > _durable)
        {
            Sync();
        }
    }
}
