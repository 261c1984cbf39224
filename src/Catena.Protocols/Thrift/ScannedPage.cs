namespace Catena.Protocols.Thrift;

/// <summary>A page of a scan, for clients.</summary>
/// <param name="Entries">What was found; perhaps nothing, even where other pages follow.</param>
/// <param name="NextKey">The first key of the next page, or its cursor; empty at the end.</param>
public sealed record ScannedPage(IReadOnlyList<ScannedEntry> Entries, ReadOnlyMemory<byte> NextKey)
{
    /// <summary>The last page of nothing.</summary>
    public static ScannedPage Empty { get; } = new([], default);

    /// <summary>Reads the struct <c>ScanPage</c>.</summary>
    internal static bool TryRead(scoped ref ThriftReader reader, out ScannedPage page)
    {
        var entries = new List<ScannedEntry>();
        ReadOnlySpan<byte> nextKey = default;
        while (reader.TryReadField(out var type, out var id))
        {
            _ = (type, id) switch
            {
                (ThriftType.List, 1) => ReadEntries(ref reader, entries),
                (ThriftType.Bytes, 2) => reader.TryReadBytes(out nextKey),
                _ => reader.TrySkip(type),
            };
        }

        page = new ScannedPage(entries, nextKey.ToArray());
        return !reader.HasFailed;
    }

    private static bool ReadEntries(scoped ref ThriftReader reader, List<ScannedEntry> entries)
    {
        if (!reader.TryReadListHeader(out var type, out var count))
        {
            return false;
        }

        for (var index = 0; index < count && !reader.HasFailed; index++)
        {
            if (type == ThriftType.Struct)
            {
                entries.Add(ScannedEntry.Read(ref reader));
            }
            else
            {
                reader.TrySkip(type);
            }
        }

        return !reader.HasFailed;
    }
}
