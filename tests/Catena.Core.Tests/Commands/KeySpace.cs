using System.Buffers;
using System.Text;
using Catena.Core.Commands;
using Catena.Core.Data;
using Catena.Core.Primitives;

namespace Catena.Core.Tests.Commands;

/// <summary>A partition's keys, as entries leave them.</summary>
internal sealed class KeySpace : IKeyReader
{
    private readonly Dictionary<ushort, Lsn> _deleted = [];
    private ulong _sequence;

    /// <summary>By stored key, as Latin-1 text so that byte order is text order.</summary>
    internal SortedDictionary<string, (string Value, Lsn Version, long Expiry)> Keys { get; } = new(StringComparer.Ordinal);

    internal Lsn Next => new(new Epoch(1), _sequence + 1);

    public Lsn Position => new(new Epoch(1), _sequence);

    public Lsn LastDeletion(ushort first, ushort last) =>
        _deleted.Where(deleted => deleted.Key >= first && deleted.Key <= last).Select(deleted => deleted.Value).DefaultIfEmpty().Max();

    public bool TryRead(ReadOnlySpan<byte> storedKey, IBufferWriter<byte> value, out Lsn version, out long expiry)
    {
        var isThere = Keys.TryGetValue(Encoding.Latin1.GetString(storedKey), out var found);
        value.Write(isThere ? Encoding.Latin1.GetBytes(found.Value) : []);
        (version, expiry) = (found.Version, found.Expiry);
        return isThere;
    }

    public bool TryReadVersion(ReadOnlySpan<byte> storedKey, out Lsn version, out long expiry) =>
        TryRead(storedKey, new ArrayBufferWriter<byte>(), out version, out expiry);

    public void Scan(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, bool withValues, IEntryVisitor visitor)
    {
        var (first, end) = (Encoding.Latin1.GetString(from), Encoding.Latin1.GetString(to));
        foreach (var (key, found) in Keys.Where(pair => string.CompareOrdinal(pair.Key, first) >= 0 && string.CompareOrdinal(pair.Key, end) < 0))
        {
            if (!visitor.Visit(Encoding.Latin1.GetBytes(key), withValues ? Encoding.Latin1.GetBytes(found.Value) : [], found.Version, found.Expiry))
            {
                return;
            }
        }
    }

    /// <summary>Applies one entry's mutations, twice, since that must be the same as once.</summary>
    internal void Apply(ReadOnlySpan<byte> mutations)
    {
        _sequence++;
        for (var time = 0; time < 2; time++)
        {
            var reader = new WriteBodyReader([0, 0, 0, 0, 0, 0, 0, 0, .. mutations]);
            while (reader.MoveNext())
            {
                Apply(reader.Current);
            }

            Assert.True(reader.IsValid, "mutations are malformed");
        }
    }

    private void Apply(Mutation mutation)
    {
        var key = Encoding.Latin1.GetString(mutation.Key);
        if (mutation.Kind != MutationKind.Put)
        {
            _deleted[StoredKey.Slot(mutation.Key)] = Position;
        }

        switch (mutation.Kind)
        {
            case MutationKind.Put:
                Keys[key] = (Encoding.Latin1.GetString(mutation.Value), new Lsn(new Epoch(1), _sequence), mutation.Expiry);
                break;
            case MutationKind.Delete:
                Keys.Remove(key);
                break;
            default:
                foreach (var gone in Keys.Keys.Where(other => other.StartsWith(key, StringComparison.Ordinal)).ToList())
                {
                    Keys.Remove(gone);
                }

                break;
        }
    }
}
