using System.Buffers;
using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Core.Replication.Log;
using Catena.Server.Partitions;
using Catena.Simulation.Checkers;
using Catena.Simulation.Scheduling;
using Catena.Storage.Errors;
using Catena.Storage.Partitions;

namespace Catena.Simulation.Cluster;

/// <summary>A real replica as checkers see it.</summary>
/// <remarks>
/// An epoch that is learnt and not durable yet is not shown: nobody has been told of it. A learner that has installed a snapshot which is not
/// durable yet is shown as it was before.
/// </remarks>
internal sealed class ReplicaView : IReplicaView
{
    private readonly NodeProgram _program;
    private readonly PartitionHost _host;
    private readonly PartitionStore _store;
    private readonly ArrayBufferWriter<byte> _frame = new();
    private ReplicaStatus _status;
    private long _givenUp;
    private bool _hasMetDamage;

    /// <summary>A view of one replica.</summary>
    internal ReplicaView(NodeProgram program, PartitionHost host)
    {
        _program = program;
        _host = host;
        _store = program.StoreOf(host.Id);
        _status = host.Status;
        _hasMetDamage = _status.HasGivenUp;
        Take();
    }

    /// <inheritdoc />
    public NodeId Node => _program.Node.Id;

    /// <inheritdoc />
    /// <remarks>A replica that has given its copy up begins anew from nothing, as one of a later process does.</remarks>
    public ulong Incarnation => (_program.Node.Incarnation << 16) + (ulong)_givenUp;

    /// <inheritdoc />
    public PartitionId Partition => _host.Id;

    /// <inheritdoc />
    public Epoch Epoch { get; private set; }

    /// <inheritdoc />
    public ReplicaRole Role { get; private set; }

    /// <inheritdoc />
    public bool Serving => Role == ReplicaRole.First && _status.Phase == ReplicaPhase.Serving;

    /// <inheritdoc />
    public IReadOnlyList<NodeId> Members => _status.Configuration is { } configuration ? configuration.Members : [];

    /// <inheritdoc />
    public Lsn Applied { get; private set; }

    /// <inheritdoc />
    public Lsn Committed { get; private set; }

    /// <inheritdoc />
    public Lsn Durable { get; private set; }

    /// <inheritdoc />
    public ulong FirstSequence => _store.FirstReadable;

    /// <inheritdoc />
    public ulong LastSequence => _store.LastLsn.Sequence;

    /// <summary>The configuration that it goes by; null where it knows none.</summary>
    internal Configuration? Configuration => _status.Configuration;

    /// <summary>Whether its own log may lack its end, or its copy was given up.</summary>
    internal bool IsDoubtful => _status.IsSuspect || _status.HasGivenUp || HasDamagedKeys;

    /// <summary>Whether its copy is given up, and not whole again.</summary>
    internal bool HasGivenUp => _status.HasGivenUp;

    /// <summary>Whether values cannot be read here, or the log no further, and nobody else has them.</summary>
    internal bool HasDamagedKeys => _host.Damage is { Keys: > 0 } or { Entry: > 0 };

    /// <inheritdoc />
    /// <remarks>A damaged end of the log looks as one that was torn.</remarks>
    public bool IsDamaged => _hasMetDamage || _givenUp > 0 || (_program.MayRot && _status.IsSuspect);

    /// <inheritdoc />
    public ulong StateDigest
    {
        get
        {
            var results = new ArrayBufferWriter<byte>();
            _store.Results.WriteTo(results);
            var hash = new RunningHash();
            hash.Fold(_host.Summarise().Digest ?? 0);
            hash.Fold(results.WrittenSpan);
            return hash.Value;
        }
    }

    /// <inheritdoc />
    public bool TryGetEntry(ulong sequence, out LogEntryDigest entry)
    {
        entry = default;
        if (sequence < _store.FirstReadable || sequence > _store.LastLsn.Sequence)
        {
            return false;
        }

        _frame.ResetWrittenCount();
        try
        {
            _store.ReadFrames(sequence, sequence, int.MaxValue, _frame);
        }
        catch (StorageDamagedException)
        {
            _hasMetDamage = true;
            return false;
        }

        var header = EntryFrame.ReadHeader(_frame.WrittenSpan);
        var hash = new RunningHash();
        hash.Fold((ulong)header.Type);
        hash.Fold(Crc32C.Compute(_frame.WrittenSpan));
        hash.Fold((ulong)_frame.WrittenCount);
        entry = new LogEntryDigest(header.Lsn, hash.Value);
        return true;
    }

    /// <summary>Its role, phase, epoch and configuration, for people.</summary>
    internal string Describe() => $"{Role} {_status.Phase} in epoch {Epoch} of {_status.Configuration?.ToString() ?? "no configuration"}";

    /// <summary>Looks again.</summary>
    /// <returns>Whether anything has changed.</returns>
    internal bool Refresh()
    {
        var status = _host.Status;
        var givenUp = _host.Damage.GivenUp;
        var isSame = status == _status && Epoch == Shown(status) && givenUp == _givenUp;
        _givenUp = givenUp;
        _hasMetDamage |= status.HasGivenUp;
        _status = status;
        if (!isSame)
        {
            Take();
        }

        return !isSame;
    }

    private Epoch Shown(ReplicaStatus status)
    {
        var durable = _program.DurableEpoch(Partition);
        return durable < status.Epoch ? durable : status.Epoch;
    }

    private void Take()
    {
        Epoch = Shown(_status);
        Role = Epoch < _status.Epoch || _status.Configuration is not { } configuration ? ReplicaRole.None
            : _status.Phase >= ReplicaPhase.Opening ? ReplicaRole.First
            : configuration.HasMember(Node) ? ReplicaRole.Member
            : configuration.HasLearner(Node) ? ReplicaRole.Learner
            : ReplicaRole.None;
        if (_status.Durable < _store.BaseLsn.Sequence)
        {
            return;
        }

        Applied = LsnAt(_status.Applied);
        Committed = LsnAt(_status.Committed);
        Durable = LsnAt(_status.Durable);
    }

    private Lsn LsnAt(ulong sequence) => new(_store.EpochOf(sequence), sequence);
}
