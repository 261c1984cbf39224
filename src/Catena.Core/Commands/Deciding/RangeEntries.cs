using System.Buffers;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Primitives;

namespace Catena.Core.Commands.Deciding;

/// <summary>Gathers what stands in a range; the deletion of keys whose time has passed becomes part of the decision.</summary>
/// <param name="decision">The decision.</param>
/// <param name="table">The table whose keys count.</param>
/// <param name="limit">How many keys are wanted at most.</param>
internal sealed class RangeEntries(Decision decision, ushort table, int limit) : IEntryVisitor
{
    private const int MaxVisits = 100_000;
    private const int MaxBytes = 4 << 20;

    private readonly ArrayBufferWriter<byte> _entries = new();
    private int _visits;
    private int? _other;

    /// <summary>Whether so many keys, or bytes, may be enough; otherwise the keys are only counted, and all of them.</summary>
    internal bool IsBounded { get; init; } = true;

    /// <summary>How many keys there are.</summary>
    internal int Count { get; private set; }

    /// <summary>The stored key to go on from; empty where all was seen.</summary>
    internal byte[] Next { get; private set; } = [];

    /// <summary>Gathers the keys of the table between two stored keys.</summary>
    /// <param name="from">The first stored key.</param>
    /// <param name="to">The first that does not belong to it.</param>
    /// <param name="withValues">Whether values are wanted.</param>
    internal void Gather(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, bool withValues)
    {
        Span<byte> behind = stackalloc byte[StoredKey.PrefixLength];
        scoped var begin = from;
        while (begin.SequenceCompareTo(to) < 0)
        {
            _other = null;
            decision.Scan(begin, to, withValues, this);
            if (_other is not { } slot || slot >= HashSlot.Count)
            {
                return;
            }

            // Keys of other tables lie between: behind them, in this slot or the next, the table goes on.
            StoredKey.Write(behind, (ushort)slot, table, default);
            begin = behind;
        }
    }

    /// <summary>The keys, as <see cref="ResultWriter.WriteKey" /> writes them.</summary>
    internal ReadOnlySpan<byte> Entries => _entries.WrittenSpan;

    /// <inheritdoc />
    public bool Visit(ReadOnlySpan<byte> storedKey, ReadOnlySpan<byte> value, Lsn version, long expiry)
    {
        if (StoredKey.Table(storedKey) is var found && found != table)
        {
            _other = StoredKey.Slot(storedKey) + (found > table ? 1 : 0);
            return false;
        }

        if (expiry != 0 && expiry <= decision.Now)
        {
            decision.DeleteStored(storedKey);
        }
        else
        {
            Count++;
            if (IsBounded)
            {
                ResultWriter.WriteKey(_entries, storedKey, version, expiry, value);
            }
        }

        if (!IsBounded || (Count < limit && ++_visits < MaxVisits && _entries.WrittenCount < MaxBytes))
        {
            return true;
        }

        Next = [.. storedKey, 0];
        return false;
    }
}
