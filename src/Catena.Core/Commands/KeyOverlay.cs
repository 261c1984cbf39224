using Catena.Core.Primitives;

namespace Catena.Core.Commands;

/// <summary>Shows a range of keys with some changes laid over them.</summary>
/// <remarks>Goes between a scan of what lies below, as its visitor, and whoever wants to see the outcome. For one scan.</remarks>
/// <param name="changes">What has changed in the range: the stored key, and its value or null where it was deleted.</param>
/// <param name="target">Who is shown what comes of it, in order, until it has enough.</param>
public sealed class KeyOverlay(IEnumerable<KeyOverlay.Change> changes, IEntryVisitor target) : IEntryVisitor
{
    private readonly List<Change> _changes = [.. changes.OrderBy(change => change.Key, ByteKeyComparer.Instance)];
    private int _next;
    private bool _hasEnough;

    /// <summary>Whether there is any change in the range.</summary>
    public bool HasChanges => _changes.Count > 0;

    /// <inheritdoc />
    public bool Visit(ReadOnlySpan<byte> storedKey, ReadOnlySpan<byte> value, Lsn version, long expiry)
    {
        var isChanged = false;
        while (!_hasEnough && _next < _changes.Count && _changes[_next].Key.AsSpan().SequenceCompareTo(storedKey) is var order && order <= 0)
        {
            isChanged |= order == 0;
            ShowNext();
        }

        if (!_hasEnough && !isChanged)
        {
            _hasEnough = !target.Visit(storedKey, value, version, expiry);
        }

        return !_hasEnough;
    }

    /// <summary>Shows what is left once nothing more lies below.</summary>
    public void End()
    {
        while (!_hasEnough && _next < _changes.Count)
        {
            ShowNext();
        }
    }

    private void ShowNext()
    {
        var change = _changes[_next++];
        _hasEnough = change.Value is not null && !target.Visit(change.Key, change.Value, change.Version, change.Expiry);
    }

    /// <summary>A key that has changed.</summary>
    /// <param name="Key">The stored key.</param>
    /// <param name="Value">Its value; null where it was deleted.</param>
    /// <param name="Version">The LSN of its last write.</param>
    /// <param name="Expiry">When it expires, in milliseconds since 1970 UTC; 0 for never.</param>
    public readonly record struct Change(byte[] Key, byte[]? Value, Lsn Version, long Expiry);
}
