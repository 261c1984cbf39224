using System.Buffers;
using Catena.Core.Commands;
using Catena.Core.Primitives;

namespace Catena.Core.Transactions.Coordination;

/// <summary>What a coordinator has fetched of the keys that its transaction reads.</summary>
internal sealed class TransactionSnapshot : IKeyReader
{
    private readonly Dictionary<byte[], (byte[]? Value, Lsn Version, long Expiry)> _entries = new(ByteKeyComparer.Instance);

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
    /// <returns>False where it is known and had another version: what was read before is not true any more.</returns>
    internal bool TryAdd(byte[] storedKey, byte[]? value, Lsn version, long expiry) =>
        _entries.TryAdd(storedKey, (value, version, expiry)) || _entries[storedKey].Version == version;

    internal void Add(byte[] storedKey, byte[]? value, Lsn version, long expiry) => _entries[storedKey] = (value, version, expiry);

    private (byte[]? Value, Lsn Version, long Expiry) Find(ReadOnlySpan<byte> storedKey) =>
        _entries.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(storedKey, out var entry) ? entry : default;
}
