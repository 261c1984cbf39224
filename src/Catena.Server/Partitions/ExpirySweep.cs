using System.Buffers;
using Catena.Core.Commands;
using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Core.Transactions;
using Catena.Storage.Partitions;

namespace Catena.Server.Partitions;

/// <summary>Looks for keys past their expiry time that nobody reads, a few at a time, so that their space is reclaimed.</summary>
/// <remarks>Each round after one that met no expiry time at all waits longer, so that data without expiry times costs next to nothing.</remarks>
internal sealed class ExpirySweep(PartitionStore store)
{
    private const int EntriesAtOnce = 128;
    private const int MaxDeletionsAtOnce = 64;
    private const long ShortPause = 100_000_000;
    private const long LongPause = 5_000_000_000;

    private readonly ArrayBufferWriter<byte> _body = new();
    private byte[] _cursor = [];
    private bool _metExpiry;
    private long _notBefore;

    /// <summary>Whether keys with expiry times have been met in the round under way or the last, so that the next few are looked at soon.</summary>
    internal bool MeetsExpiry { get; private set; }

    /// <summary>Looks at the next few keys, if it is time.</summary>
    /// <param name="now">The monotonic clock.</param>
    /// <param name="wall">The wall clock.</param>
    /// <param name="locks">The keys that transactions hold: those stay.</param>
    /// <param name="body">The body of an entry that deletes what was found.</param>
    /// <returns>Whether anything was found.</returns>
    internal bool TryFindExpired(long now, long wall, LockTable locks, out ReadOnlySpan<byte> body)
    {
        body = default;
        if (now < _notBefore || store.Count == 0)
        {
            return false;
        }

        _body.ResetWrittenCount();
        WriteBody.WriteStart(_body, RequestId.None, default);
        var visitor = new ExpiredCollector(_body, wall, locks);
        var outcome = store.ScanKeys(_cursor, default, EntriesAtOnce, ref visitor);
        _metExpiry |= visitor.MetExpiry;
        _cursor = outcome.Ended ? [] : [.. visitor.Last, 0];
        _notBefore = now + (outcome.Ended && !_metExpiry ? LongPause : ShortPause);
        MeetsExpiry = outcome.Ended ? _metExpiry : MeetsExpiry || _metExpiry;
        _metExpiry &= !outcome.Ended;
        body = _body.WrittenSpan;
        return visitor.Found > 0;
    }

    private struct ExpiredCollector(ArrayBufferWriter<byte> body, long wall, LockTable locks) : IEntryVisitor
    {
        internal byte[] Last { get; private set; } = [];

        internal bool MetExpiry { get; private set; }

        internal int Found { get; private set; }

        private int _visited;

        public bool Visit(ReadOnlySpan<byte> storedKey, ReadOnlySpan<byte> value, Lsn version, long expiry)
        {
            MetExpiry |= expiry != 0;
            if (expiry != 0 && expiry <= wall && locks.FindHolder(storedKey, isExclusive: true, default) is null)
            {
                WriteBody.WriteMutation(body, new Mutation { Kind = MutationKind.Delete, Key = storedKey });
                Found++;
            }

            var isLast = ++_visited == EntriesAtOnce || Found == MaxDeletionsAtOnce;
            if (isLast)
            {
                Last = storedKey.ToArray();
            }

            return !isLast;
        }
    }
}
