using Catena.Core.Data;
using Catena.Core.Primitives;

namespace Catena.Storage.Partitions;

/// <summary>When keys of each slot were last deleted: an absent key has no version that would tell whether it was there for a while.</summary>
/// <remarks>
/// It is in memory only, and says what has happened since the state was made: before that, everything counts as deleted then. Guarded by the partition's lock.
/// </remarks>
internal sealed class DeletionBook
{
    private readonly Dictionary<ushort, Lsn> _last = [];

    /// <summary>What the state was made of; nothing has been noted before that.</summary>
    internal Lsn Since { get; set; }

    /// <summary>Notes that a key, or all with a prefix, was deleted.</summary>
    internal void Note(ReadOnlySpan<byte> storedKey, Lsn lsn)
    {
        if (storedKey.Length < sizeof(ushort))
        {
            Since = lsn;
        }
        else if (!StoredKey.IsSystem(storedKey))
        {
            _last[StoredKey.Slot(storedKey)] = lsn;
        }
    }

    /// <summary>The last deletion in some slots, or a later position.</summary>
    /// <param name="first">The first slot.</param>
    /// <param name="last">The last slot.</param>
    internal Lsn Last(ushort first, ushort last)
    {
        if (first == last)
        {
            return _last.TryGetValue(first, out var lsn) && lsn > Since ? lsn : Since;
        }

        var latest = Since;
        foreach (var (slot, lsn) in _last)
        {
            latest = slot >= first && slot <= last && lsn > latest ? lsn : latest;
        }

        return latest;
    }
}
