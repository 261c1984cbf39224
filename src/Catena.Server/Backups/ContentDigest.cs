using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace Catena.Server.Backups;

/// <summary>Sums up keys so that two sets of them can be compared, whatever their order, versions and partitions.</summary>
/// <remarks>
/// The sum, modulo 2¹²⁸, of the first 16 bytes (little-endian) of SHA-256 over each key: table u16, length of the key u32, key, expiry i64, value;
/// numbers little-endian. Sums of parts add up. It finds what differs by accident; whoever makes keys up on purpose can cheat a sum.
/// </remarks>
public struct ContentDigest : IEquatable<ContentDigest>
{
    /// <summary>How many keys.</summary>
    public ulong Keys { get; private set; }

    /// <summary>Their sum.</summary>
    public UInt128 Sum { get; private set; }

    /// <summary>Adds a key.</summary>
    /// <param name="table">Its table.</param>
    /// <param name="key">Its own bytes.</param>
    /// <param name="value">Its value.</param>
    /// <param name="expiry">When it expires, in milliseconds since 1970 UTC; 0 for never.</param>
    public void Add(ushort table, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long expiry)
    {
        var length = 14 + key.Length + value.Length;
        var bytes = ArrayPool<byte>.Shared.Rent(length);
        var text = bytes.AsSpan(0, length);
        BinaryPrimitives.WriteUInt16LittleEndian(text, table);
        BinaryPrimitives.WriteInt32LittleEndian(text[2..], key.Length);
        key.CopyTo(text[6..]);
        BinaryPrimitives.WriteInt64LittleEndian(text[(6 + key.Length)..], expiry);
        value.CopyTo(text[(14 + key.Length)..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text, hash);
        ArrayPool<byte>.Shared.Return(bytes);
        Sum += BinaryPrimitives.ReadUInt128LittleEndian(hash);
        Keys++;
    }

    /// <summary>Adds what another digest sums up.</summary>
    public void Add(in ContentDigest other)
    {
        Sum += other.Sum;
        Keys += other.Keys;
    }

    /// <summary>The digest of some keys whose sum is known.</summary>
    /// <param name="keys">How many.</param>
    /// <param name="sum">What <see cref="ToString" /> printed.</param>
    public static ContentDigest Parse(ulong keys, string sum) =>
        new() { Keys = keys, Sum = UInt128.Parse(sum, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) };

    /// <inheritdoc />
    public readonly bool Equals(ContentDigest other) => Keys == other.Keys && Sum == other.Sum;

    /// <inheritdoc />
    public override readonly bool Equals(object? obj) => obj is ContentDigest other && Equals(other);

    /// <inheritdoc />
    public override readonly int GetHashCode() => Sum.GetHashCode();

    /// <summary>Prints the sum as 32 hexadecimal digits.</summary>
    public override readonly string ToString() => Sum.ToString("x32", CultureInfo.InvariantCulture);

    /// <summary>Whether both sum up as many keys to the same sum.</summary>
    public static bool operator ==(ContentDigest left, ContentDigest right) => left.Equals(right);

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(ContentDigest left, ContentDigest right) => !left.Equals(right);
}
