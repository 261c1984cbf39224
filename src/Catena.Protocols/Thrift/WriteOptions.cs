namespace Catena.Protocols.Thrift;

/// <summary>The struct <c>WriteOptions</c> of <c>idl/catena.thrift</c> as a view of its frame: under which conditions something is written, and how.</summary>
public readonly ref struct WriteOptions
{
    private const short IfAbsentField = 1;
    private const short IfPresentField = 2;
    private const short IfVersionField = 3;
    private const short ExpiresAtField = 4;
    private const short TimeToLiveField = 5;
    private const short KeepExpiryField = 6;
    private const short ReturnPreviousField = 7;

    /// <summary>Only where the key is absent.</summary>
    public bool IfAbsent { get; private init; }

    /// <summary>Only where the key is present.</summary>
    public bool IfPresent { get; private init; }

    /// <summary>Whether there is a version that the key must have.</summary>
    public bool HasVersion { get; private init; }

    /// <summary>The version that the key must have, as sent.</summary>
    public ReadOnlySpan<byte> Version { get; private init; }

    /// <summary>When the key expires, in milliseconds since 1970 UTC; 0 where that was left out.</summary>
    public long ExpiresAt { get; private init; }

    /// <summary>After how many milliseconds the key expires; 0 where that was left out.</summary>
    public long TimeToLive { get; private init; }

    /// <summary>Whether the key's expiry time stays as it is.</summary>
    public bool KeepsExpiry { get; private init; }

    /// <summary>Whether the answer tells what stood there before.</summary>
    public bool ReturnsPrevious { get; private init; }

    /// <summary>Reads the struct; what is missing is as if it had been sent false, empty or zero.</summary>
    internal static bool Read(scoped ref ThriftReader reader, out WriteOptions options)
    {
        bool ifAbsent = false, ifPresent = false, hasVersion = false, keepsExpiry = false, returnsPrevious = false;
        ReadOnlySpan<byte> version = default;
        long expiresAt = 0, timeToLive = 0;
        while (reader.TryReadField(out var type, out var id))
        {
            _ = (type, id) switch
            {
                (ThriftType.Bool, IfAbsentField) => reader.TryReadBool(out ifAbsent),
                (ThriftType.Bool, IfPresentField) => reader.TryReadBool(out ifPresent),
                (ThriftType.Bytes, IfVersionField) => hasVersion = reader.TryReadBytes(out version),
                (ThriftType.Int64, ExpiresAtField) => reader.TryReadInt64(out expiresAt),
                (ThriftType.Int64, TimeToLiveField) => reader.TryReadInt64(out timeToLive),
                (ThriftType.Bool, KeepExpiryField) => reader.TryReadBool(out keepsExpiry),
                (ThriftType.Bool, ReturnPreviousField) => reader.TryReadBool(out returnsPrevious),
                _ => reader.TrySkip(type),
            };
        }

        options = new WriteOptions
        {
            IfAbsent = ifAbsent,
            IfPresent = ifPresent,
            HasVersion = hasVersion,
            Version = version,
            ExpiresAt = expiresAt,
            TimeToLive = timeToLive,
            KeepsExpiry = keepsExpiry,
            ReturnsPrevious = returnsPrevious,
        };
        return !reader.HasFailed;
    }
}
