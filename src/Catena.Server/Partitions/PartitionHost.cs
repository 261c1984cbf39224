using System.Buffers;
using Catena.Core.Commands;
using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Core.Replication.Messages;
using Catena.Server.Routing;
using Catena.Storage.Errors;
using Catena.Storage.Partitions;

namespace Catena.Server.Partitions;

/// <summary>One partition on one node: its replica and its store, and the loop that carries out what the replica says.</summary>
/// <remarks>
/// A synchronous pump that server and simulator run unchanged: every input takes the partition's lock, works, and does what
/// <see cref="Ready" /> says before it returns. Nothing blocks. Reads of single keys go past the lock.
/// </remarks>
public sealed partial class PartitionHost
{
    private static readonly byte[] Ok = [(byte)ResultKind.Ok];

    private readonly Lock _gate = new();
    private readonly PartitionSettings _settings;
    private readonly PartitionStore _store;
    private readonly IPartitionPorts _ports;
    private readonly IPeerHealth _health;
    private readonly long _promisesUntil;
    private readonly DamageBook _damage;
    private readonly CommandDecider _decider;
    private readonly PendingWrites _pending;
    private readonly RefusedRequests _refused = new();
    private readonly WaitingRoom _waiting;
    private readonly ArrayBufferWriter<byte> _body = new(512);
    private readonly ExpirySweep _sweep;
    private volatile ReplicaLog _log;
    private Replica _replica;
    private long _stableTold;
    private long _flushAskedFor;
    private Epoch _ledEpoch;
    private Epoch _servedEpoch;
    private ulong _proof;
    private volatile bool _isServing;
    private bool _isRetired;

    /// <summary>A host that goes on from what its store holds.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="store">The partition's store.</param>
    /// <param name="health">What the node thinks of the others.</param>
    /// <param name="ports">The node.</param>
    /// <param name="start">How the replica starts.</param>
    public PartitionHost(PartitionSettings settings, PartitionStore store, IPeerHealth health, IPartitionPorts ports, ReplicaStart start)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(start);
        _settings = settings;
        _store = store;
        _ports = ports;
        _health = health;
        _promisesUntil = start.PromisesUntil;
        _damage = new DamageBook(store, start.GaveUp);
        _log = new ReplicaLog(store);
        _replica = new Replica(settings.Replica, _log, health, start);
        _decider = new CommandDecider(settings.Slots, settings.MaxValueBytes) { LooksForDropped = settings.Transactions.Rules.DroppedTablesAreRefused };
        _waiting = new WaitingRoom(_refused);
        _pending = new PendingWrites(store);
        _applied = new AppliedKeys(store, _dirty, _prepared);
        _sweep = new ExpirySweep(store);
        _preparedCopy = store.Copy;
        TryVisitRecords(_prepared.Applied);
        store.Observer = _prepared;
    }

    /// <summary>The partition.</summary>
    public PartitionId Id => _store.Id;

    /// <summary>The longest value.</summary>
    public int MaxValueBytes => _settings.MaxValueBytes;

    /// <summary>Whether this replica decides commands. May be read on any thread.</summary>
    public bool IsServing => _isServing;

    /// <summary>A picture of the replica.</summary>
    public ReplicaStatus Status
    {
        get
        {
            lock (_gate)
            {
                return _replica.Status;
            }
        }
    }

    /// <summary>The number of clients' keys applied here, of all tables.</summary>
    public long Keys => _store.ClientKeys;

    /// <summary>The number of keys of the default table applied here.</summary>
    public long DefaultKeys => _store.DefaultKeys;

    /// <summary>Whether something appended here is not known here to be stable. May be called on any thread.</summary>
    /// <remarks>
    /// It goes by what this partition was told, not by what the journal reached: an entry can be flushed before its position is noted, and
    /// whoever looks in between passes this partition over.
    /// </remarks>
    public bool HasUnstable => _log.LastPosition > Volatile.Read(ref _stableTold);

    /// <summary>Sums up the applied state; the sums of replicas that applied the same entries are equal.</summary>
    /// <remarks>
    /// The state is read beside whatever else goes on, without the partition's lock, which is taken only to see before and after how
    /// far entries were applied. It reads everything, so it is for one caller at a time and not for every second.
    /// </remarks>
    public ReplicaDigest Summarise()
    {
        var before = Applied;
        var keys = _store.Count;
        var copy = _store.Copy;
        try
        {
            var digest = _store.Digest();
            var after = Applied;
            return new ReplicaDigest(Id, after, keys, before == after ? digest : null);
        }
        catch (StorageDamagedException damage)
        {
            MeetDamage(damage, copy);
            return new ReplicaDigest(Id, Applied, keys, null);
        }
    }

    /// <summary>Carries out a command, or refuses it as not served here; the result comes to <paramref name="sink" />, now or later.</summary>
    /// <param name="command">What is asked.</param>
    /// <param name="request">Who asks; a write that may be retried has an id.</param>
    /// <param name="sink">Where the result goes.</param>
    /// <param name="tag">Handed back with the result.</param>
    public void Execute(in Command command, in RequestId request, ICommandSink sink, long tag)
    {
        ArgumentNullException.ThrowIfNull(sink);
        lock (_gate)
        {
            EndOverdueHold();
            if (_waiting.Count + _hold.Count + _questioned.Count + _lockQueue.Count >= _settings.MaxWaiting)
            {
                sink.Complete(tag, Refusals.Busy);
            }
            else
            {
                Take(command, request, sink, tag);
            }

            PumpSoon();
        }
    }

    /// <summary>Answers or decides a command, or has it wait.</summary>
    private void Take(in Command command, in RequestId request, ICommandSink sink, long tag)
    {
        if ((command.Flags & CommandFlags.AtOnce) != 0 && !TakesGroupsNow)
        {
            sink.Complete(tag, Refusals.OneByOne);
            return;
        }

        if ((command.IsStale || (_isReading && _readsApplied && !command.IsWrite)) && TryAnswerHere(command, sink, tag, isUpToDate: false))
        {
            // It was, or waits for leases or for the reader's word.
        }
        else if (!_isServing)
        {
            sink.Complete(tag, _isReading && !command.IsWrite ? Refusals.AskFirst : Refusals.NotMine);
        }
        else if (command.Kind is CommandKind.Scan or CommandKind.Count)
        {
            Answer(RunScan(command), RequestId.None, sink, tag);
        }
        else if (_hold.IsOn && (command.IsWrite || _readsApplied))
        {
            // In a chain even a read that comes here is answered by an entry.
            _hold.Keep(command, request, sink, tag);
        }
        else
        {
            DecideUnlessLocked(command, request, sink, tag);
        }
    }

    /// <summary>Takes a message from another replica.</summary>
    public void Receive(NodeId from, ReplicaMessage message)
    {
        lock (_gate)
        {
            if (message is StateSums sums)
            {
                Take(from, sums);
            }
            else
            {
                _replica.Step(from, message, _ports.Now);
            }

            PumpSoon();
        }
    }

    /// <summary>Takes a configuration from the coordinator.</summary>
    public void Reconfigure(Configuration configuration)
    {
        lock (_gate)
        {
            _replica.Reconfigure(configuration, _ports.Now);
            PumpSoon();
        }
    }

    /// <summary>Takes the word that the proposal of this epoch cannot have reached the coordinator.</summary>
    public void ProposalNotSubmitted(Epoch epoch)
    {
        lock (_gate)
        {
            _replica.ProposalNotSubmitted(epoch, _ports.Now);
            PumpSoon();
        }
    }

    /// <summary>Takes the word that the journal is stable up to <paramref name="position" />.</summary>
    public void Stable(long position)
    {
        lock (_gate)
        {
            Volatile.Write(ref _stableTold, position);
            _replica.Stable(position, _ports.Now);
            PumpSoon();
        }
    }

    /// <summary>Lets time pass; called every few milliseconds.</summary>
    public void Tick()
    {
        lock (_gate)
        {
            var now = _ports.Now;
            _replica.Tick(now);
            EndOverdueHold();
            Sweep(now);
            TellSums(now);
            Pump();
            _waiting.Expire(now);
            ExpireQuestioned(now);
            ExpireLocked(now);
            WatchTransactions(now);
        }
    }

    /// <summary>Passes the controller's wish on that another member should be first.</summary>
    public void AskHandOver(NodeId to) => Ask(replica => replica.AskHandOver(to));

    /// <summary>Passes the controller's wish on that a member should go.</summary>
    public void AskRemoval(NodeId node) => Ask(replica => replica.AskRemoval(node));

    /// <summary>Passes an operator's wish on that the partition should replicate in another mode.</summary>
    public void AskMode(ReplicationMode mode) => Ask(replica => replica.AskMode(mode));

    /// <summary>Passes the wish on that the partition's epoch should be at least so much.</summary>
    public void AskEpoch(Epoch least) => Ask(replica => replica.AskEpoch(least));

    /// <summary>Lends the partition's lock to the storage's maintenance, for a short piece of work on the store.</summary>
    public void Maintain(Action<PartitionStore> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        lock (_gate)
        {
            try
            {
                work(_store);
            }
            catch (StorageDamagedException damage)
            {
                _log.NoteDamage(damage);
                Pump();
            }

            _ports.JournalGrew(isForOthers: false);
        }
    }

    /// <summary>Ends this node's service for good: no read is answered and no command decided here any more.</summary>
    public void Retire()
    {
        lock (_gate)
        {
            _isRetired = true;
            _isServing = false;
            _takesGroups = false;
            NoteReadership(serves: false);
            _hold.End();
            DecideHeld();
            _waiting.Dismiss(readsOnly: true);
            DismissQuestioned();
            DismissLocked();
            PublishReadability();
        }
    }

    private Lsn Applied
    {
        get
        {
            lock (_gate)
            {
                return _store.Applied;
            }
        }
    }

    private void Ask(Action<Replica> wish)
    {
        lock (_gate)
        {
            wish(_replica);
            Pump();
        }
    }

    /// <summary>Sends waiters away where leadership was lost, and takes over what is pending where it was won.</summary>
    private void NoteLeadership()
    {
        var epoch = _replica.Epoch;
        if (epoch != _ledEpoch)
        {
            _comparison.Clear();
            _ports.Learnt(Id, _replica.Configuration!);
            // The same first member from one epoch to the very next keeps its log, so what it appended is still under way.
            var isStillFirst = _replica.Phase >= ReplicaPhase.Opening;
            _waiting.Dismiss(readsOnly: isStillFirst && epoch == _ledEpoch.Next);
            _isReading = false;
            DismissQuestioned();
            DismissLocked();
            _proof = 0;
            _ledEpoch = epoch;
        }

        var serves = (_replica.IsServing || _replica.IsReading) && !_isRetired;
        if (serves && _servedEpoch != epoch)
        {
            _pending.Clear();
            _dirty.Clear();
            var configuration = _replica.Configuration!;
            _readsApplied = configuration.Topology.CommitsAtTheEnd;
            // Where entries are committed elsewhere and read here, those that are not applied are to be known.
            _tracksDirty = _readsApplied && configuration.IsReader(_settings.Replica.Self) && !CommitsHere;
            _servedEpoch = TryLoadTransactions() && TryLoadPending() ? epoch : Epoch.None;
            PublishReadability();
        }

        serves &= _servedEpoch == epoch;
        _isServing = serves && _replica.IsServing;
        NoteReadership(serves);
    }
}
