namespace Catena.Protocols.Thrift;

/// <summary>A key and its value that a scan has found, for clients.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">The value.</param>
/// <param name="ExpiresAt">When the key expires, in milliseconds since 1970 UTC; 0 for never, and where the method does not tell.</param>
public sealed record ScannedEntry(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value, long ExpiresAt)
{
    /// <summary>Reads the struct <c>KeyValue</c>.</summary>
    internal static ScannedEntry Read(scoped ref ThriftReader reader)
    {
        ReadOnlySpan<byte> key = default, value = default;
        var expiresAt = 0L;
        while (reader.TryReadField(out var type, out var id))
        {
            _ = (type, id) switch
            {
                (ThriftType.Bytes, 1) => reader.TryReadBytes(out key),
                (ThriftType.Bytes, 2) => reader.TryReadBytes(out value),
                (ThriftType.Int64, 4) => reader.TryReadInt64(out expiresAt),
                _ => reader.TrySkip(type),
            };
        }

        return new ScannedEntry(key.ToArray(), value.ToArray(), expiresAt);
    }
}
