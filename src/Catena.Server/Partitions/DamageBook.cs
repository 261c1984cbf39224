using Catena.Core.Primitives;
using Catena.Storage.Errors;
using Catena.Storage.Partitions;

namespace Catena.Server.Partitions;

/// <summary>Keeps account of the damage that one copy of a partition has met.</summary>
/// <remarks>Guarded by the partition's lock.</remarks>
/// <param name="store">The copy.</param>
/// <param name="gaveUp">Whether recovery gave it up.</param>
internal sealed class DamageBook(PartitionStore store, bool gaveUp)
{
    /// <summary>How many damaged keys are kept account of at most.</summary>
    private const int MaxKeys = 1024;

    private readonly Dictionary<byte[], Lsn> _keys = new(ByteKeyComparer.Instance);
    private ulong _entry;
    private long _met;
    private long _givenUp = gaveUp ? 1 : 0;
    private string? _last = gaveUp ? "What was found on disk at the start cannot be proved complete." : null;

    /// <summary>The account; keys that were written anew or deleted since are whole again.</summary>
    internal DamageStatus Status
    {
        get
        {
            foreach (var (key, version) in _keys)
            {
                if (!store.TryGetVersion(key, out var present, out _) || present != version)
                {
                    _keys.Remove(key);
                }
            }

            return new DamageStatus(_met, _givenUp, _keys.Count, store.Applied.Sequence < _entry ? _entry : 0, _last);
        }
    }

    /// <summary>Notes damage.</summary>
    /// <returns>Whether it was not known yet.</returns>
    internal bool Note(StorageDamagedException damage)
    {
        _met++;
        var isNews = _last != damage.Message;
        _last = damage.Message;
        _entry = damage.Sequence > store.Applied.Sequence ? damage.Sequence : _entry;
        if (!damage.StoredKey.IsEmpty && _keys.Count < MaxKeys && store.TryGetVersion(damage.StoredKey.Span, out var version, out _))
        {
            var key = damage.StoredKey.ToArray();
            isNews &= !_keys.TryGetValue(key, out var known) || known != version;
            _keys[key] = version;
        }

        return isNews;
    }

    /// <summary>Notes that the copy was given up: no key of it is known as damaged any more.</summary>
    internal void GaveUp()
    {
        _givenUp++;
        _entry = 0;
        _keys.Clear();
    }
}
