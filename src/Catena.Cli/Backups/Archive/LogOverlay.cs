using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Core.Replication.Log;
using Catena.Core.Transactions;

namespace Catena.Cli.Backups.Archive;

/// <summary>What a partition's log does to its snapshot: for each key that it touches, how the key ends up.</summary>
/// <remarks>
/// In memory, values included: what the log files of one partition hold at most. Backups take a new snapshot before those outgrow a share of
/// the old one, which is what bounds it.
/// </remarks>
/// <param name="partition">The partition.</param>
/// <param name="slots">Its slots.</param>
internal sealed class LogOverlay(PartitionId partition, SlotRange slots)
{
    private readonly Dictionary<byte[], (byte[]? Value, long Expiry)> _keys = new(ByteKeyComparer.Instance);
    private readonly List<byte[]> _prefixes = [];

    /// <summary>The last entry taken.</summary>
    public Lsn Last { get; private set; }

    /// <summary>How many entries were taken.</summary>
    public ulong Entries { get; private set; }

    /// <summary>Says after which entry the log begins.</summary>
    public void Begin(Lsn after) => Last = after;

    /// <summary>Takes entries in order.</summary>
    /// <param name="frames">Their frames, one behind the other.</param>
    /// <exception cref="InvalidDataException">They are damaged, not the partition's, or do not go on from the last.</exception>
    public void Take(ReadOnlySpan<byte> frames)
    {
        while (!frames.IsEmpty)
        {
            if (!EntryFrame.TryRead(frames, out var header, out var body, out var length))
            {
                throw new InvalidDataException($"behind entry {Last} there is no whole entry");
            }

            if (header.Partition != partition || header.Lsn.Sequence != Last.Sequence + 1 || header.Lsn.Epoch < Last.Epoch)
            {
                throw new InvalidDataException($"entry {header.Lsn} of partition {header.Partition} does not follow {Last} of partition {partition}");
            }

            if (header.Type == EntryType.Write)
            {
                Apply(header, body);
            }
            else if (header.Type is not (EntryType.Start or EntryType.NoOp))
            {
                throw new InvalidDataException($"entry {header.Lsn} is of a kind that this version of catena does not know");
            }

            Last = header.Lsn;
            Entries++;
            frames = frames[length..];
        }
    }

    /// <summary>Takes what was prepared of a transaction that is committed, as what comes after all of the log.</summary>
    /// <param name="record">What the partition kept of it.</param>
    /// <exception cref="InvalidDataException">It is malformed, or not the partition's.</exception>
    public void Commit(ReadOnlySpan<byte> record)
    {
        if (!TransactionPart.TryRead(record, out var part))
        {
            throw new InvalidDataException("what was prepared of a transaction is malformed");
        }

        var mutations = new MutationReader(part.Writes);
        while (mutations.MoveNext())
        {
            Apply(Last, mutations.Current);
        }
    }

    /// <summary>Whether a key of the snapshot is touched by the log, so that what the snapshot says of it does not count.</summary>
    public bool Covers(ReadOnlySpan<byte> storedKey)
    {
        if (_keys.Count > 0 && _keys.GetAlternateLookup<ReadOnlySpan<byte>>().ContainsKey(storedKey))
        {
            return true;
        }

        foreach (var prefix in _prefixes)
        {
            if (storedKey.StartsWith(prefix))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The keys that the log leaves there, in byte order.</summary>
    public IEnumerable<(byte[] Key, byte[] Value, long Expiry)> Living() =>
        _keys.Where(pair => pair.Value.Value is not null)
            .OrderBy(pair => pair.Key, Comparer<byte[]>.Create(static (left, right) => left.AsSpan().SequenceCompareTo(right)))
            .Select(pair => (pair.Key, pair.Value.Value!, pair.Value.Expiry));

    private void Apply(in EntryHeader header, ReadOnlySpan<byte> body)
    {
        var reader = new WriteBodyReader(body);
        while (reader.MoveNext())
        {
            Apply(header.Lsn, reader.Current);
        }

        if (!reader.IsValid)
        {
            throw new InvalidDataException($"entry {header.Lsn} is malformed");
        }
    }

    private void Apply(Lsn lsn, in Mutation mutation)
    {
        if (mutation.Kind == MutationKind.DeletePrefix)
        {
            DeletePrefix(mutation.Key.ToArray());
            return;
        }

        if (!IsKeyOfPartition(mutation.Key, slots))
        {
            throw new InvalidDataException($"entry {lsn} changes a key that is not the partition's");
        }

        var value = mutation.Kind == MutationKind.Put ? mutation.Value.ToArray() : null;
        _keys[mutation.Key.ToArray()] = (value, mutation.Expiry);
    }

    /// <summary>Whether a stored key is whole and lies in a partition's slots, or is one that the partition keeps for itself.</summary>
    public static bool IsKeyOfPartition(ReadOnlySpan<byte> storedKey, SlotRange slots) =>
        storedKey.Length is > StoredKey.PrefixLength and <= StoredKey.MaxLength
        && slots.Contains(new HashSlot(StoredKey.Slot(storedKey)))
        && (StoredKey.IsSystem(storedKey)
            ? StoredKey.Slot(storedKey) == slots.First.Value
            : HashSlot.Of(StoredKey.Key(storedKey)).Value == StoredKey.Slot(storedKey));

    private void DeletePrefix(byte[] prefix)
    {
        foreach (var key in _keys.Keys.Where(key => key.AsSpan().StartsWith(prefix)).ToList())
        {
            _keys[key] = (null, 0);
        }

        _prefixes.Add(prefix);
    }
}
