namespace Catena.Protocols.Thrift;

/// <summary>A value that a get has found, for clients.</summary>
/// <param name="Value">The value; it may be empty.</param>
/// <param name="Version">The value's version; empty where the method tells none.</param>
public sealed record FoundValue(ReadOnlyMemory<byte> Value, ReadOnlyMemory<byte> Version)
{
    /// <summary>Reads the struct <c>OptionalValue</c>.</summary>
    internal static bool TryRead(scoped ref ThriftReader reader, out FoundValue? value)
    {
        var isFound = false;
        ReadOnlySpan<byte> bytes = default, version = default;
        while (reader.TryReadField(out var type, out var id))
        {
            _ = (type, id) switch
            {
                (ThriftType.Bool, 1) => reader.TryReadBool(out isFound),
                (ThriftType.Bytes, 2) => reader.TryReadBytes(out bytes),
                (ThriftType.Bytes, 3) => reader.TryReadBytes(out version),
                _ => reader.TrySkip(type),
            };
        }

        value = isFound ? new FoundValue(bytes.ToArray(), version.ToArray()) : null;
        return !reader.HasFailed;
    }
}
