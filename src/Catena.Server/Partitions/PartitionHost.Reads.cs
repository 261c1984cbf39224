using System.Buffers;
using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Core.Tables;
using Catena.Server.Routing;
using Catena.Storage.Errors;

namespace Catena.Server.Partitions;

/// <content>Reads at replicas that decide nothing: at a chain's readers, and anywhere within a bound of staleness.</content>
public sealed partial class PartitionHost
{
    private const long NanosPerMillisecond = 1_000_000;

    private readonly DirtyKeys _dirty = new();
    private readonly AppliedKeys _applied;
    private readonly Queue<QuestionedRead> _questioned = new();
    private readonly ArrayBufferWriter<byte> _aged = new();
    private volatile bool _isReading;
    private volatile bool _readsApplied;
    private volatile bool _holdsCopy;
    private bool _tracksDirty;

    /// <summary>Whether linearizable reads may be answered here. May be read on any thread.</summary>
    public bool IsReading => _isReading;

    /// <summary>Whether this is the partition's one reader that every partition has, and it serves. May be read on any thread.</summary>
    public bool IsReader => _isReading && CommitsHere;

    /// <summary>Whether a command of this kind is for this replica: reads where it is a reader, others where it decides. May be read on any thread.</summary>
    public bool Serves(in Command command) => command.IsWrite ? _isServing : command.IsStale ? _holdsCopy : _isReading;

    /// <summary>Sees to a read that this replica may answer without deciding anything.</summary>
    /// <param name="command">What is asked.</param>
    /// <param name="sink">Where the result goes.</param>
    /// <param name="tag">What the sink knows it by.</param>
    /// <param name="isUpToDate">Whether what is applied has everything that had been acknowledged when the read was asked for.</param>
    /// <returns>False where the first member has to see to it.</returns>
    private bool TryAnswerHere(in Command command, ICommandSink sink, long tag, bool isUpToDate)
    {
        try
        {
            if (!command.IsStale)
            {
                return TryAnswerApplied(command, sink, tag, isUpToDate);
            }

            AnswerStale(command, sink, tag, mayAsk: !isUpToDate);
        }
        catch (StorageDamagedException damage)
        {
            // The pump that follows sees to the damage.
            _log.NoteDamage(damage);
            sink.Complete(tag, DamagedRefusal);
        }

        return true;
    }

    /// <summary>Answers a read from what is applied here, which is what is committed, at least where no write is pending.</summary>
    /// <returns>False where the first member has to see to it: a key has expired and must be deleted before anybody says so.</returns>
    private bool TryAnswerApplied(in Command command, ICommandSink sink, long tag, bool isUpToDate)
    {
        scoped ReadOnlySpan<byte> result;
        if (command.Kind is CommandKind.Scan or CommandKind.Count)
        {
            _applied.WasDirty = !_dirty.IsEmpty;
            result = RunScan(command);
        }
        else
        {
            (_applied.WasDirty, _applied.WasPrepared) = (false, false);
            _decider.Decide(command, _applied, _ports.WallMilliseconds);
            if (_applied.WasPrepared && _settings.Transactions.Rules.ReadsAwaitDecisions)
            {
                AwaitPrepared(command, sink, tag);
                return true;
            }

            if (_decider.HasMutations)
            {
                return false;
            }

            result = _decider.Result;
        }

        if (_applied.WasDirty && !_replica.HasMinInSync)
        {
            sink.Complete(tag, Refusals.Undecided);
        }
        else if (_applied.WasDirty && !isUpToDate && !CommitsHere && _settings.Replica.Rules.AsksBeforeDirtyReads)
        {
            Question(command, sink, tag);
        }
        else if (MayRead)
        {
            sink.Complete(tag, result);
        }
        else
        {
            _waiting.AwaitLease(new Waiter(0, sink, tag, result.ToArray(), RequestId.None, ChangesNothing: true, NeedsLease: true, _ports.Now + _settings.Patience));
            _ports.HurryBeacons();
        }

        return true;
    }

    private ReadOnlySpan<byte> RunScan(in Command command) =>
        IsDropped(command.Table) ? Refusals.NoSuchTable : PartitionScan.Run(_store, _settings.Slots, command, _ports.WallMilliseconds);

    /// <summary>Whether the applied state says that a table has been dropped. Any thread.</summary>
    private bool IsDropped(ushort table)
    {
        if (!StoredKey.IsNamed(table) || !_settings.Transactions.Rules.DroppedTablesAreRefused)
        {
            return false;
        }

        Span<byte> record = stackalloc byte[TableRecords.Length];
        TableRecords.WriteDropped(record, _settings.Slots, table);
        return _store.TryGetVersion(record, out _, out _);
    }

    private bool CommitsHere => _replica.Configuration is { } configuration && configuration.Reader == _settings.Replica.Self;

    /// <summary>Whether what is applied here is what a linearizable read would answer now.</summary>
    private bool IsCurrent => _isReading && CommitsHere && MayRead;

    /// <summary>Whether the state here is a whole one of some moment, of a replica that goes on being fed.</summary>
    private bool HoldsCopy => !_isRetired
        && !_replica.HasGivenUp
        && _replica.Configuration?.Lists(_settings.Replica.Self) == true
        && _store.Applied.Sequence >= _store.CompleteThrough;

    /// <summary>Answers a read that may be out of date by as much as it says, from whatever copy is here.</summary>
    private void AnswerStale(in Command command, ICommandSink sink, long tag, bool mayAsk)
    {
        var now = _ports.Now;
        var currentAt = IsCurrent ? now : _replica.CurrentAt;
        var age = currentAt == 0 ? long.MaxValue : now - currentAt;
        var mayBe = command.Number > long.MaxValue / NanosPerMillisecond ? long.MaxValue : command.Number * NanosPerMillisecond;
        if (!HoldsCopy)
        {
            sink.Complete(tag, Refusals.NotMine);
        }
        else if (currentAt != 0 && age <= mayBe)
        {
            _applied.WasDirty = false;
            _decider.Decide(command, _applied, _ports.WallMilliseconds);
            if (new ResultReader(_decider.Result).Kind == ResultKind.Error)
            {
                // A refusal has no age.
                sink.Complete(tag, _decider.Result);
                return;
            }

            _aged.ResetWrittenCount();
            ResultWriter.WriteAged(_aged, (age + NanosPerMillisecond - 1) / NanosPerMillisecond, _decider.HasMutations ? ReadBuffers.Nil : _decider.Result);
            sink.Complete(tag, _aged.WrittenSpan);
        }
        else if (mayAsk || CommitsHere)
        {
            // The reader itself has nobody to ask, and waits for its leases.
            Question(command, sink, tag);
        }
        else
        {
            sink.Complete(tag, Refusals.TooStale);
        }
    }

    private void Question(in Command command, ICommandSink sink, long tag)
    {
        if (CommitsHere)
        {
            _ports.HurryBeacons();
        }

        var now = _ports.Now;
        _questioned.Enqueue(new QuestionedRead(_replica.AskPosition(now), CommandCodec.Encode(command), sink, tag, now + _settings.Patience));
    }

    /// <summary>Answers the reads whose question has been answered, or that need no answer since this is the reader and holds its leases.</summary>
    private void AnswerQuestioned()
    {
        while (_questioned.TryPeek(out var read) && (read.Question <= _replica.PositionKnown || IsCurrent))
        {
            _questioned.Dequeue();
            var reader = new ByteReader(read.Encoded);
            var command = CommandCodec.Read(ref reader);
            if (!command.IsStale && !_isReading)
            {
                read.Sink.Complete(read.Tag, Refusals.NotMine);
            }
            else if (!TryAnswerHere(command, read.Sink, read.Tag, isUpToDate: true))
            {
                read.Sink.Complete(read.Tag, Refusals.AskFirst);
            }
        }
    }

    private void ExpireQuestioned(long now)
    {
        while (_questioned.TryPeek(out var read) && read.Deadline <= now)
        {
            _questioned.Dequeue();
            read.Sink.Complete(read.Tag, Refusals.NoLease);
        }
    }

    /// <summary>Sends the linearizable reads away that waited in an epoch that has ended.</summary>
    private void DismissQuestioned()
    {
        for (var left = _questioned.Count; left > 0; left--)
        {
            var read = _questioned.Dequeue();
            var reader = new ByteReader(read.Encoded);
            if (CommandCodec.Read(ref reader).IsStale && !_isRetired)
            {
                _questioned.Enqueue(read);
            }
            else
            {
                read.Sink.Complete(read.Tag, Refusals.NotMine);
            }
        }
    }

    private void NoteReadership(bool serves)
    {
        _isReading = serves && _replica.IsReading;
        _holdsCopy = HoldsCopy;
        _log.Received = serves && _tracksDirty ? _dirty : null;
    }
}
