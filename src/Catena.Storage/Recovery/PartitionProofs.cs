using System.Collections.Concurrent;
using Catena.Core.Primitives;
using Catena.Core.Replication.Log;
using Catena.Storage.Errors;
using Catena.Storage.Journaling;
using Catena.Storage.Partitions;

namespace Catena.Storage.Recovery;

/// <summary>Replays records into partitions and keeps account of which of them are provably complete.</summary>
/// <remarks>
/// Entries are numbered without gaps and so are a partition's other records, so a record that is missing shows with the next
/// one, or with the next mark that lists the partition. A hole in the journal puts every partition in doubt; a mark takes a
/// partition out of it by listing exactly where the replay has brought it, or by covering the hole without listing it. Of a partition that was loaded from a
/// checkpoint only what stands behind that counts.
/// </remarks>
internal sealed class PartitionProofs
{
    private const long NoHole = long.MaxValue;

    private readonly Func<PartitionId, PartitionStore> _open;
    private readonly NodeFacts _node;
    private readonly Dictionary<ushort, Proof> _proofs = [];
    private readonly Dictionary<ushort, long> _from = [];
    private long _nodeFrom;
    private Proof _nodeProof;
    private long _openHole = NoHole;

    internal PartitionProofs(Func<PartitionId, PartitionStore> open, NodeFacts node)
    {
        _open = open;
        _node = node;
    }

    /// <summary>The partitions that have records.</summary>
    internal IEnumerable<PartitionId> Known => _proofs.Keys.Select(number => new PartitionId(number));

    /// <summary>The partitions that cannot be proved complete.</summary>
    internal IEnumerable<PartitionId> Unproved =>
        _proofs.Where(pair => pair.Value != Proof.Whole).Select(pair => new PartitionId(pair.Key)).Order();

    /// <summary>Whether the node's own record cannot be proved to be the latest.</summary>
    internal bool IsNodeUnproved => _nodeProof != Proof.Whole;

    /// <summary>Whether partitions may have been lost of which nothing was found.</summary>
    internal bool MayLackPartitions => _openHole != NoHole;

    /// <summary>Says that nothing of a partition before a position is needed.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="from">The position for which its checkpoint stands.</param>
    /// <param name="isLoaded">Whether that checkpoint could be loaded; otherwise the partition is lost.</param>
    internal void Begin(PartitionId partition, long from, bool isLoaded)
    {
        _from[partition.Value] = from;
        _proofs[partition.Value] = isLoaded ? Proof.Whole : Proof.Damaged;
    }

    /// <summary>Says that what a partition's checkpoint rests on is not there.</summary>
    internal void GiveUp(PartitionId partition) => _proofs[partition.Value] = Proof.Damaged;

    /// <summary>Says that what the manifest has of the node rests on records that are not there.</summary>
    internal void GiveUpNode() => _nodeProof = Proof.Damaged;

    /// <summary>Says that no record of the node itself before a position is needed.</summary>
    internal void BeginNode(long from) => _nodeFrom = from;

    /// <summary>Puts everything in doubt whose records may have stood in a range of the journal that cannot be read.</summary>
    /// <param name="start">Where the range begins.</param>
    /// <param name="end">Where it ends; <see cref="long.MaxValue" /> where that is not known.</param>
    internal void NoteHole(long start, long end)
    {
        _openHole = Math.Min(_openHole, start);
        foreach (var number in _proofs.Keys)
        {
            if (_proofs[number] == Proof.Whole && FromOf(number) < end)
            {
                _proofs[number] = Proof.Open;
            }
        }

        _nodeProof = _nodeProof == Proof.Whole && _nodeFrom < end ? Proof.Open : _nodeProof;
    }

    /// <summary>Replays a record other than a mark.</summary>
    internal void Replay(in EntryHeader header, ReadOnlySpan<byte> body, long position)
    {
        var type = (RecordType)header.Type;
        if (header.Partition == JournalRecord.Node)
        {
            if (position >= _nodeFrom && !_node.TryReplay(type, header.Lsn.Sequence, body))
            {
                _nodeProof = Proof.Damaged;
            }

            return;
        }

        if (position < FromOf(header.Partition.Value))
        {
            return;
        }

        var proof = ProofOf(header.Partition);
        var store = _open(header.Partition);
        if (type == RecordType.Reset && body is [(byte)ResetReason.Damaged])
        {
            store.ReplayGivingUp(header.Lsn.Sequence, position);
            _proofs[header.Partition.Value] = Proof.Whole;
        }
        else if (proof != Proof.Damaged && !TryReplay(store, header, body, position))
        {
            _proofs[header.Partition.Value] = Proof.Damaged;
        }
    }

    /// <summary>Has all partitions apply what they know to be committed.</summary>
    /// <param name="threads">How many at a time.</param>
    internal void CatchUp(int threads)
    {
        var stores = _proofs.Where(pair => pair.Value != Proof.Damaged).Select(pair => _open(new PartitionId(pair.Key))).ToList();
        if (threads == 1)
        {
            stores.RemoveAll(store => store.TryCatchUp());
        }
        else
        {
            var failed = new ConcurrentBag<PartitionStore>();
            Parallel.ForEach(stores, new ParallelOptions { MaxDegreeOfParallelism = threads }, store =>
            {
                if (!store.TryCatchUp())
                {
                    failed.Add(store);
                }
            });
            stores = [.. failed];
        }

        foreach (var store in stores)
        {
            _proofs[store.Id.Value] = Proof.Damaged;
        }
    }

    /// <summary>Compares a mark with where the replay is.</summary>
    /// <param name="mark">The mark.</param>
    /// <param name="position">Where it stands; of what goes on only behind that it proves nothing.</param>
    internal void Check(in Mark mark, long position)
    {
        HashSet<ushort>? listed = mark.Flags.HasFlag(MarkFlags.All) ? [] : null;
        var lines = mark.Lines();
        for (var line = 0; line < mark.Count; line++)
        {
            Mark.ReadLine(ref lines, out var partition, out var standing);
            listed?.Add(partition.Value);
            if (position >= (partition == JournalRecord.Node ? _nodeFrom : FromOf(partition.Value)))
            {
                Check(partition, standing);
            }
        }

        if (listed is not null)
        {
            foreach (var number in _proofs.Keys.Where(number => !listed.Contains(number) && FromOf(number) <= position).ToList())
            {
                _proofs[number] = Proof.Damaged;
            }
        }

        if (mark.Since <= _openHole)
        {
            Settle();
        }
    }

    private static bool TryReplay(PartitionStore store, in EntryHeader header, ReadOnlySpan<byte> body, long position)
    {
        try
        {
            return (byte)header.Type < (byte)RecordType.Mark
                ? store.TryReplayEntry(header, body, position)
                : store.TryReplayControl((RecordType)header.Type, header.Lsn.Sequence, body, position);
        }
        catch (StorageDamagedException)
        {
            return false;
        }
    }

    private void Check(PartitionId partition, in Standing standing)
    {
        if (partition == JournalRecord.Node)
        {
            if (_nodeProof != Proof.Damaged)
            {
                _nodeProof = standing == _node.Standing ? Proof.Whole : Proof.Damaged;
            }
        }
        else if (ProofOf(partition) != Proof.Damaged)
        {
            _proofs[partition.Value] = standing == _open(partition).Standing ? Proof.Whole : Proof.Damaged;
        }
    }

    private long FromOf(ushort number) => _from.GetValueOrDefault(number);

    private Proof ProofOf(PartitionId partition)
    {
        if (!_proofs.TryGetValue(partition.Value, out var proof))
        {
            proof = _openHole == NoHole ? Proof.Whole : Proof.Open;
            _proofs.Add(partition.Value, proof);
        }

        return proof;
    }

    private void Settle()
    {
        _openHole = NoHole;
        foreach (var number in _proofs.Keys)
        {
            if (_proofs[number] == Proof.Open)
            {
                _proofs[number] = Proof.Whole;
            }
        }

        _nodeProof = _nodeProof == Proof.Open ? Proof.Whole : _nodeProof;
    }
}
