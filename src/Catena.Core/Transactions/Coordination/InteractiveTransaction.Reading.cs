using System.Buffers;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Primitives;

namespace Catena.Core.Transactions.Coordination;

/// <content>What it does for its client's commands: keys and ranges are fetched, and locked first where it locks; then a command is decided here.</content>
public sealed partial class InteractiveTransaction
{
    private void Fetch(List<(byte[] Key, bool IsRead)> keys, long wall)
    {
        // One that locks reads whatever it locks: it can be sure then that it holds the lock still.
        var missing = keys.Where(key => (key.IsRead || _locks) && !_snapshot.Has(key.Key)).Select(key => key.Key).ToHashSet(ByteKeyComparer.Instance);
        if (_keys + missing.Count > _options.MaxKeys)
        {
            _result = EncodedResults.Error(ErrorCode.TooLarge, "the transaction has too many keys"u8);
            return;
        }

        _keys += missing.Count;
        keys.ForEach(key => ShareOf(key.Key));
        _phase = InteractivePhase.Fetching;
        _fetched.Clear();
        foreach (var keysOfOne in missing.GroupBy(PartitionOf))
        {
            _fetched.Add(keysOfOne.Key, [.. keysOfOne]);
            _fetches++;
            if (_locks)
            {
                Lock(keysOfOne.Key, keysOfOne);
            }
            else
            {
                _round.AskForKeys(keysOfOne.Key, keysOfOne);
            }
        }

        if (_round.IsEmpty)
        {
            Run(wall);
        }
    }

    private void Scan(KeyRange range, long wall)
    {
        var partition = _map.Of(new HashSlot(range.From.Length >= sizeof(ushort) ? StoredKey.Slot(range.From) : (ushort)0));
        if (!KeyRange.IsOfPartition(range.From, range.To, range.Table, _map.SlotsOf(partition)))
        {
            _result = EncodedResults.Error(ErrorCode.BadRequest, "a range has to lie in one partition"u8);
            return;
        }

        if (_keys >= _options.MaxKeys)
        {
            _result = EncodedResults.Error(ErrorCode.TooLarge, "the transaction has too many keys"u8);
            return;
        }

        _range = range;
        _fetched.Clear();
        var share = ShareOf(partition);
        if (_locks)
        {
            _phase = InteractivePhase.LockingRange;
            share.Ranges.Add((range, 0, Lsn.Zero));
            Lock(partition, []);
        }
        else
        {
            StartScan(partition);
        }
    }

    private void StartScan(PartitionId partition)
    {
        _phase = InteractivePhase.Scanning;
        _fetches++;
        var reader = new ByteReader(_command);
        var limit = Math.Min(Math.Max(1, CommandCodec.Read(ref reader).Limit), _options.MaxKeys - _keys);
        _round.AskForRange(partition, _range!, limit, CommandFlags.None, _locks ? _self : []);
    }

    /// <summary>Locks all of a partition that it has locked already, and more: what is prepared there is replaced as a whole.</summary>
    private void Lock(PartitionId partition, IEnumerable<byte[]> keys)
    {
        var share = ShareOf(partition);
        share.Keys.UnionWith(keys);
        _participants.Home = _participants.Holders.Count == 0 ? partition : _participants.Home;
        _participants.Holders.Add(partition);
        _participants.Others = [.. _participants.Holders.Where(holder => holder != _participants.Home).Order()];
        _round.Ask(partition, CommandKind.Prepare, share.ToPart(Id, PartFlags.Locks, _participants.Home, _participants.Others, _snapshot, _options.Rules));
    }

    private void OnFetched(PartitionId partition, ReadOnlySpan<byte> result, long wall)
    {
        var reader = new ResultReader(result);
        if (reader.Kind != ResultKind.Entries)
        {
            Disappoint(result);
            return;
        }

        var share = _participants.Shares[partition];
        var isAsBefore = true;
        foreach (var key in _locks ? [.. share.Keys] : _fetched[partition])
        {
            var isThere = reader.ReadEntry(out var version, out var expiry, out var value);
            isAsBefore &= Learn(share, key, isThere ? value.ToArray() : null, version, expiry, reader.Position);
        }

        Invariant.Holds(reader.IsValid, "a partition's entries are malformed");
        if (!isAsBefore)
        {
            Lose();
        }
        else if (_phase == InteractivePhase.LockingRange)
        {
            StartScan(partition);
        }
        else if (_round.IsEmpty)
        {
            Run(wall);
        }
    }

    private void OnScanned(PartitionId partition, ReadOnlySpan<byte> result, long wall)
    {
        var reader = new ResultReader(result);
        if (reader.Kind != ResultKind.Range)
        {
            Disappoint(result);
            return;
        }

        var share = _participants.Shares[partition];
        var next = reader.Value.ToArray();
        var isAsBefore = true;
        for (var index = 0; index < reader.Count; index++)
        {
            var key = reader.ReadKey(out var version, out var expiry, out var value).ToArray();
            _keys += _snapshot.Has(key) ? 0 : 1;
            isAsBefore &= Learn(share, key, value.ToArray(), version, expiry, reader.Position);
        }

        var seen = next.Length == 0 ? _range! : _range! with { To = next };
        if (_locks)
        {
            share.Ranges.RemoveAt(share.Ranges.Count - 1);
        }

        share.Ranges.Add((seen, reader.Count, reader.Position));
        if (isAsBefore)
        {
            AnswerScan(seen, next, wall);
        }
        else
        {
            Lose();
        }
    }

    /// <summary>Answers with what was found, and what the transaction itself has done there.</summary>
    private void AnswerScan(KeyRange seen, byte[] next, long wall)
    {
        var reader = new ByteReader(_command);
        var asked = CommandCodec.Read(ref reader);
        _decider.Decide(new Command { Kind = CommandKind.LookRange, Slot = asked.Slot, Table = asked.Table, Limit = asked.Limit, Items = seen.ToItems() }, _view, wall);
        var found = new ResultReader(_decider.Result);
        var result = new ArrayBufferWriter<byte>(_decider.Result.Length + next.Length);
        ResultWriter.WriteRangeStart(result, found.Position, found.LastDeletion, found.Value.IsEmpty ? next : found.Value, found.Count);
        for (var index = 0; index < found.Count; index++)
        {
            var key = found.ReadKey(out var version, out var expiry, out var value);
            ResultWriter.WriteKey(result, key, version, expiry, value);
        }

        _view.Take(_decider.Mutations);
        Answer(result.WrittenSpan.ToArray());
    }

    /// <summary>Keeps what was read.</summary>
    /// <returns>False where it was read before and is not as it was.</returns>
    private bool Learn(TransactionShare share, byte[] key, byte[]? value, in Lsn version, long expiry, in Lsn seenAt)
    {
        share.Reads.Add(key);
        Bytes += _snapshot.Has(key) ? 0 : key.Length + (value?.Length ?? 0);
        return _snapshot.TryAdd(key, value, version, expiry, seenAt);
    }

    private void Run(long wall)
    {
        var reader = new ByteReader(_command);
        _decider.Decide(CommandCodec.Read(ref reader), _view, wall);
        if (Bytes + _decider.Mutations.Length > _options.MaxBytes)
        {
            Answer(EncodedResults.Error(ErrorCode.TooLarge, "the transaction has too many bytes"u8));
            return;
        }

        Bytes += _decider.Mutations.Length;
        _view.Take(_decider.Mutations);
        Answer(_decider.Result.ToArray());
    }
}
