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
/// partition out of it by listing exactly where the replay has brought it, or by covering the hole without listing it.
/// </remarks>
internal sealed class PartitionProofs
{
    private const long NoHole = long.MaxValue;

    private readonly Func<PartitionId, PartitionStore> _open;
    private readonly NodeFacts _node;
    private readonly Dictionary<ushort, Proof> _proofs = [];
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

    /// <summary>Puts everything in doubt: durable records may have stood at this position.</summary>
    internal void NoteHole(long position)
    {
        _openHole = Math.Min(_openHole, position);
        foreach (var number in _proofs.Keys)
        {
            if (_proofs[number] == Proof.Whole)
            {
                _proofs[number] = Proof.Open;
            }
        }

        _nodeProof = _nodeProof == Proof.Whole ? Proof.Open : _nodeProof;
    }

    /// <summary>Replays a record other than a mark.</summary>
    internal void Replay(in EntryHeader header, ReadOnlySpan<byte> body, long position)
    {
        var type = (RecordType)header.Type;
        if (header.Partition == JournalRecord.Node)
        {
            if (!_node.TryReplay(type, header.Lsn.Sequence, body))
            {
                _nodeProof = Proof.Damaged;
            }

            return;
        }

        var proof = ProofOf(header.Partition);
        var store = _open(header.Partition);
        if (type == RecordType.Reset && body is [(byte)ResetReason.Damaged])
        {
            store.ReplayGivingUp(header.Lsn.Sequence);
            _proofs[header.Partition.Value] = Proof.Whole;
        }
        else if (proof != Proof.Damaged && !TryReplay(store, header, body, position))
        {
            _proofs[header.Partition.Value] = Proof.Damaged;
        }
    }

    /// <summary>Compares a mark with where the replay is.</summary>
    internal void Check(in Mark mark)
    {
        HashSet<ushort>? listed = mark.Flags.HasFlag(MarkFlags.All) ? [] : null;
        var lines = mark.Lines();
        for (var line = 0; line < mark.Count; line++)
        {
            Mark.ReadLine(ref lines, out var partition, out var standing);
            listed?.Add(partition.Value);
            Check(partition, standing);
        }

        if (listed is not null)
        {
            foreach (var number in _proofs.Keys.Where(number => !listed.Contains(number)).ToList())
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
