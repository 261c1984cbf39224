using System.Buffers;
using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Core.Replication.Log;
using Catena.Server.Routing;
using Catena.Storage.Errors;

namespace Catena.Server.Partitions;

/// <content>What the first member does with commands: decides them against committed and pending state, logs what changes something, and answers.</content>
public sealed partial class PartitionHost
{
    private bool IsRepeated(in RequestId request, ICommandSink sink, long tag)
    {
        if (_waiting.IsUnderWay(request))
        {
            _waiting.AwaitEntry(WaiterFor(_store.LastLsn.Sequence, null, request, sink, tag));
            return true;
        }

        if (!_settings.Replica.Rules.ResultsAreReplicated)
        {
            return false;
        }

        if (_waiting.IsRefusing(request))
        {
            // What it is about to be answered must not be contradicted; it asks again, and hears that.
            sink.Complete(tag, Refusals.NotMine);
            return true;
        }

        switch (_store.Results.Find(request, out var result))
        {
            case RequestStanding.Done:
                // Recorded results are of committed entries; whoever retried waits for no lease to hear of its own write.
                sink.Complete(tag, result);
                return true;
            case RequestStanding.Forgotten:
                sink.Complete(tag, Refusals.Forgotten);
                return true;
            default:
                if (_refused.Find(request) is { } refusal)
                {
                    sink.Complete(tag, refusal);
                    return true;
                }

                return false;
        }
    }

    private void Decide(in Command command, in RequestId request, ICommandSink sink, long tag)
    {
        _pending.WasConsulted = false;
        _decider.Decide(command, _pending, _ports.WallMilliseconds);
        if (!_decider.HasMutations)
        {
            Answer(_decider.Result, request, sink, tag);
        }
        else if (AwaitsReleases(command, request, sink, tag))
        {
            // It is tried again when the key is let go.
        }
        else if (_hold.IsOn)
        {
            // A read of a key that has expired: to answer is to delete it first.
            _hold.Keep(command, request, sink, tag);
        }
        else if (!_replica.TryNextLsn(out var lsn))
        {
            sink.Complete(tag, Refusals.NotEnoughReplicas);
        }
        else if (TryAppend(lsn, request, out var refusal))
        {
            var result = _decider.Result.SequenceEqual(Ok) ? Ok : _decider.Result.ToArray();
            _waiting.NoteRequest(request, lsn.Sequence);
            _waiting.AwaitEntry(WaiterFor(lsn.Sequence, result, request, sink, tag));
        }
        else
        {
            sink.Complete(tag, refusal);
        }
    }

    private bool TryAppend(Lsn lsn, in RequestId request, out byte[] refusal)
    {
        _body.ResetWrittenCount();
        WriteBody.WriteStart(_body, request, _decider.Result);
        _body.Write(_decider.Mutations);
        if (_store.IsMemoryFull && !_decider.FreesSpace)
        {
            refusal = Refusals.OutOfMemory;
            return false;
        }

        refusal = Refusals.TooLarge;
        if (EntryFrame.LengthFor(_body.WrittenCount) > EntryFrame.MaxLength)
        {
            return false;
        }

        try
        {
            var header = new EntryHeader(Id, lsn, EntryType.Write, _replica.Committed);
            _replica.Appended(_log.Note(_store.Append(header, _body.WrittenSpan, _decider.FreesSpace)));
        }
        catch (StorageFullException)
        {
            refusal = Refusals.ReadOnly;
            return false;
        }

        NotePending(lsn, _body.WrittenSpan);
        return true;
    }

    private Waiter WaiterFor(ulong sequence, byte[]? result, in RequestId request, ICommandSink sink, long tag) =>
        new(sequence, sink, tag, result, request, ChangesNothing: false, NeedsLease: false, _ports.TurnNow + _settings.Patience);

    private void NotePending(Lsn lsn, ReadOnlySpan<byte> body)
    {
        _pending.Add(lsn, body);
        if (_tracksDirty)
        {
            _dirty.Add(lsn.Sequence, body);
        }
    }

    /// <summary>Answers what changes nothing: once everything it was decided on is committed, and under the leases.</summary>
    private void Answer(ReadOnlySpan<byte> result, in RequestId request, ICommandSink sink, long tag)
    {
        var now = _ports.Now;
        var isOnPending = _pending.WasConsulted;
        _pending.WasConsulted = false;
        if (isOnPending && !_replica.HasMinInSync)
        {
            sink.Complete(tag, Refusals.Undecided);
        }
        else if (!_settings.Replica.Rules.RefusalsAreReads)
        {
            sink.Complete(tag, result);
        }
        else if (_readsApplied)
        {
            AnswerByEntry(result.ToArray(), request, sink, tag);
        }
        else if (!isOnPending && MayRead)
        {
            _refused.Note(request, result);
            sink.Complete(tag, result);
        }
        else
        {
            var waiter = new Waiter(
                _store.LastLsn.Sequence, sink, tag, result.ToArray(), request, ChangesNothing: true, NeedsLease: true, now + _settings.Patience);
            if (isOnPending)
            {
                _waiting.AwaitEntry(waiter);
            }
            else
            {
                _waiting.AwaitLease(waiter);
                _ports.HurryBeacons();
            }
        }
    }

    /// <summary>
    /// Answers once an entry that changes nothing is committed: the first member of a chain holds no leases, and that shows that nobody else has
    /// decided anything meanwhile, and that all it was decided on is committed. One such entry is under way at a time, and the next serves all who came meanwhile.
    /// </summary>
    private void AnswerByEntry(byte[] result, in RequestId request, ICommandSink sink, long tag)
    {
        if (!_replica.TryNextLsn(out _))
        {
            sink.Complete(tag, Refusals.NotEnoughReplicas);
            return;
        }

        _waiting.AwaitProof(new Waiter(0, sink, tag, result, request, ChangesNothing: true, NeedsLease: false, _ports.Now + _settings.Patience));
    }

    /// <summary>Appends the entry that those wait for who are answered by one, unless the last is not committed yet.</summary>
    private bool TryProve()
    {
        // Under a hold the log stands still.
        if (!_waiting.WantsProof || !_isServing || _hold.IsOn || _proof > _store.Applied.Sequence || !_replica.TryNextLsn(out var lsn))
        {
            return false;
        }

        try
        {
            var header = new EntryHeader(Id, lsn, EntryType.NoOp, _replica.Committed);
            _replica.Appended(_log.Note(_store.Append(header, [], allowReserve: true)));
        }
        catch (StorageFullException)
        {
            _waiting.RefuseUnproven(Refusals.ReadOnly);
            return false;
        }

        _proof = lsn.Sequence;
        _waiting.ProvenBy(lsn.Sequence);
        return true;
    }

    private void Sweep(long now)
    {
        if (_isServing && !_hold.IsOn && _sweep.TryFindExpired(now, _ports.WallMilliseconds, _pending.Transactions.Locks, out var body) && _replica.TryNextLsn(out var lsn))
        {
            var header = new EntryHeader(Id, lsn, EntryType.Write, _replica.Committed);
            try
            {
                _replica.Appended(_log.Note(_store.Append(header, body, allowReserve: true)));
                NotePending(lsn, body);
            }
            catch (StorageFullException)
            {
                // Expired keys are absent for readers all the same; the next sweep tries again.
            }
        }
    }

    /// <summary>Takes over what was inherited and is not applied yet.</summary>
    /// <returns>False where it cannot be read because of damage.</returns>
    private bool TryLoadPending()
    {
        for (var next = _store.Applied.Sequence + 1; next <= _store.LastLsn.Sequence;)
        {
            var rest = _log.Read(next, _settings.Replica.MaxBatchBytes, out var last).Span;
            if (rest.IsEmpty)
            {
                return false;
            }

            while (EntryFrame.TryRead(rest, out var header, out var body, out var length))
            {
                if (header.Type == EntryType.Write)
                {
                    _pending.Add(header.Lsn, body);
                    if (_readsApplied)
                    {
                        _dirty.Add(header.Lsn.Sequence, body);
                    }

                    _waiting.NoteRequest(new WriteBodyReader(body).Request, header.Lsn.Sequence);
                }

                rest = rest[length..];
            }

            next = last.Sequence + 1;
        }

        return true;
    }
}
