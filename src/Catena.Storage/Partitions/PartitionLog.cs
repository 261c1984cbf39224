using Catena.Core.Primitives;
using Catena.Core.Replication.Log;
using Catena.Storage.Checkpoints;

namespace Catena.Storage.Partitions;

/// <summary>What is known of one partition's log without reading it: where it begins and ends, its lineage, and where its entries are.</summary>
internal sealed class PartitionLog
{
    private readonly List<EpochStart> _lineage = [];
    private readonly PositionLog _positions = new();
    private readonly List<ulong> _pins = [];
    private readonly int _retained;

    internal PartitionLog(int retained) => _retained = retained;

    /// <summary>The log starts after it.</summary>
    internal Lsn Base { get; private set; }

    /// <summary>The last entry, or the base where there is none.</summary>
    internal Lsn Last { get; private set; }

    /// <summary>The epochs of the log, up to the base and after it, in order.</summary>
    internal IReadOnlyList<EpochStart> Lineage => _lineage;

    /// <summary>The first entry that can be read; one after the last where none can.</summary>
    internal ulong FirstReadable => _positions.First;

    /// <summary>The epoch of an entry; none for sequence 0 and for what precedes the known lineage.</summary>
    internal Epoch EpochOf(ulong sequence)
    {
        for (var index = _lineage.Count - 1; index >= 0; index--)
        {
            if (_lineage[index].FirstSequence <= sequence)
            {
                return _lineage[index].Epoch;
            }
        }

        return Epoch.None;
    }

    /// <summary>Whether an entry would continue the log.</summary>
    internal bool Continues(in Lsn lsn) => lsn.Sequence == Last.Sequence + 1 && lsn.Epoch >= Last.Epoch && lsn.Epoch > Epoch.None;

    /// <summary>Adds an entry that <see cref="Continues" />.</summary>
    internal void Add(in Lsn lsn, long position)
    {
        if (lsn.Epoch > Last.Epoch || _lineage.Count == 0)
        {
            _lineage.Add(new EpochStart(lsn.Epoch, lsn.Sequence));
        }

        _positions.Add(position);
        Last = lsn;
    }

    /// <summary>Forgets the entries after one.</summary>
    internal void Truncate(ulong lastKept)
    {
        _positions.CutAfter(lastKept);
        while (_lineage.Count > 0 && _lineage[^1].FirstSequence > lastKept)
        {
            _lineage.RemoveAt(_lineage.Count - 1);
        }

        Last = new Lsn(EpochOf(lastKept), lastKept);
    }

    /// <summary>Begins anew behind a base.</summary>
    internal void Restart(in Lsn @base, ReadOnlySpan<EpochStart> lineage)
    {
        Base = @base;
        Last = @base;
        _lineage.Clear();
        _lineage.AddRange(lineage);
        _positions.Restart(@base.Sequence + 1);
        _pins.Clear();
    }

    /// <summary>Takes over what a checkpoint says.</summary>
    internal void Restore(PartitionFacts facts)
    {
        Restart(facts.Base, facts.Lineage);
        Last = facts.Last;
        _positions.Restart(facts.FirstReadable);
        foreach (var position in facts.Positions)
        {
            _positions.Add(position);
        }
    }

    /// <summary>Where all entries are that can be read, from the first on.</summary>
    internal long[] Positions() => _positions.ToArray();

    /// <summary>The position of the first entry that can be read; null where none can.</summary>
    internal long? FirstPosition => _positions.Count > 0 ? _positions[_positions.First] : null;

    /// <summary>Forgets the entries before a position of the journal, as far as nobody needs them.</summary>
    internal void TrimBefore(long position, ulong applied) => _positions.TrimBefore(position, KeepFrom(applied));

    /// <summary>Forgets where the entries up to one are, whoever may need them.</summary>
    internal void ForgetThrough(ulong sequence) => _positions.ForgetThrough(sequence);

    /// <summary>Where an entry is; the caller knows that it is readable.</summary>
    internal long PositionOf(ulong sequence) => _positions[sequence];

    /// <summary>Keeps the entries after one readable until it is unpinned as often as it was pinned.</summary>
    internal void Pin(ulong sequence) => _pins.Add(sequence);

    /// <summary>Ends one pin.</summary>
    internal void Unpin(ulong sequence) => _pins.Remove(sequence);

    /// <summary>Forgets where the oldest entries are, as far as nobody needs them.</summary>
    internal void Trim(ulong applied)
    {
        if (_positions.Count <= _retained)
        {
            return;
        }

        _positions.Trim(_retained, KeepFrom(applied));
    }

    private ulong KeepFrom(ulong applied)
    {
        var keepFrom = applied + 1;
        foreach (var pin in _pins)
        {
            keepFrom = Math.Min(keepFrom, pin + 1);
        }

        return keepFrom;
    }
}
