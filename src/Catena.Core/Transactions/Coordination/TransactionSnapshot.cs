using System.Buffers;
using Catena.Core.Commands;
using Catena.Core.Data;
using Catena.Core.Primitives;

namespace Catena.Core.Transactions.Coordination;

/// <summary>What a coordinator has fetched of the keys that its transaction reads.</summary>
internal sealed class TransactionSnapshot : IKeyReader
{
    private readonly Dictionary<byte[], (byte[]? Value, Lsn Version, long Expiry, Lsn SeenAt)> _entries = new(ByteKeyComparer.Instance);

    /// <inheritdoc />
    public Lsn Position => Lsn.Zero;

    /// <inheritdoc />
    public Lsn LastDeletion(ushort first, ushort last) => Lsn.Zero;

    /// <inheritdoc />
    public bool TryRead(ReadOnlySpan<byte> storedKey, IBufferWriter<byte> value, out Lsn version, out long expiry)
    {
        var entry = Find(storedKey);
        (version, expiry) = (entry.Version, entry.Expiry);
        value.Write(entry.Value);
        return entry.Value is not null;
    }

    /// <inheritdoc />
    public bool TryReadVersion(ReadOnlySpan<byte> storedKey, out Lsn version, out long expiry)
    {
        var entry = Find(storedKey);
        (version, expiry) = (entry.Version, entry.Expiry);
        return entry.Value is not null;
    }

    /// <inheritdoc />
    public void Scan(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, bool withValues, IEntryVisitor visitor)
    {
        var (first, end) = (from.ToArray(), to.ToArray());
        foreach (var (key, entry) in _entries.Where(entry => ByteKeyComparer.IsBetween(entry.Key, first, end)).OrderBy(entry => entry.Key, ByteKeyComparer.Instance))
        {
            if (entry.Value is not null && !visitor.Visit(key, entry.Value, entry.Version, entry.Expiry))
            {
                return;
            }
        }
    }

    /// <summary>The version that was fetched; zero for absence.</summary>
    internal Lsn VersionOf(byte[] storedKey) => _entries[storedKey].Version;

    internal void Clear() => _entries.Clear();

    /// <summary>Whether a key was fetched.</summary>
    internal bool Has(byte[] storedKey) => _entries.ContainsKey(storedKey);

    /// <summary>Adds what was fetched, unless the key is known.</summary>
    /// <param name="storedKey">The key.</param>
    /// <param name="value">Its value; null for absence.</param>
    /// <param name="version">Its version.</param>
    /// <param name="expiry">When it expires; 0 for never.</param>
    /// <param name="seenAt">The position of the state that it was fetched from.</param>
    /// <returns>False where it is known and had another version: what was read before is not true any more.</returns>
    internal bool TryAdd(byte[] storedKey, byte[]? value, Lsn version, long expiry, Lsn seenAt) =>
        _entries.TryAdd(storedKey, (value, version, expiry, seenAt)) || _entries[storedKey].Version == version;

    internal void Add(byte[] storedKey, byte[]? value, Lsn version, long expiry, Lsn seenAt) => _entries[storedKey] = (value, version, expiry, seenAt);

    /// <summary>Whether a key is as it was fetched, and was so all the time in between: one that is absent may have been there meanwhile.</summary>
    /// <param name="storedKey">The key.</param>
    /// <param name="entries">Reads what stands there now.</param>
    /// <param name="rules">The rules.</param>
    internal bool IsUnchanged(byte[] storedKey, ref ResultReader entries, TransactionRules rules)
    {
        var known = _entries[storedKey];
        return entries.ReadEntry(out var version, out _, out _)
            ? version == known.Version
            : known.Value is null && (entries.LastDeletion <= known.SeenAt || !rules.AbsencesAreCompared);
    }

    private (byte[]? Value, Lsn Version, long Expiry, Lsn SeenAt) Find(ReadOnlySpan<byte> storedKey) =>
        _entries.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(storedKey, out var entry) ? entry : default;
}
