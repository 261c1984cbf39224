using Catena.Core.Primitives;

namespace Catena.Storage.Indexing;

/// <summary>What one key adds to the sum of an index.</summary>
/// <remarks>
/// Sums of 64 bits are added and subtracted as keys come and go, so the whole costs nothing to know. It goes by the value's CRC-32C, wherever the value stands, and by the version, which is another
/// at every write. It finds accidents, not forgery.
/// </remarks>
internal static class EntrySum
{
    private const ulong First = 0x9E3779B97F4A7C15;
    private const ulong Second = 0xBF58476D1CE4E5B9;
    private const ulong Third = 0x94D049BB133111EB;

    /// <summary>The summand of a key.</summary>
    /// <param name="keyChecksum">The CRC-32C of the stored key.</param>
    /// <param name="keyLength">The key's length.</param>
    /// <param name="entry">What is said of it.</param>
    /// <param name="inlineValue">Its value, where that stands in the index.</param>
    internal static ulong Of(uint keyChecksum, int keyLength, in IndexEntry entry, ReadOnlySpan<byte> inlineValue)
    {
        var value = entry.IsInline ? Crc32C.Compute(inlineValue) : entry.Checksum;
        var sum = Mix(((ulong)keyChecksum << 32) | value);
        sum = Mix(sum ^ (entry.Version.Sequence * First) ^ (ulong)entry.Expiry);
        return Mix(sum ^ (entry.Version.Epoch.Value * Second) ^ ((ulong)entry.ValueLength * Third) ^ (ulong)keyLength);
    }

    /// <summary>Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", 2014: the finalizer of SplitMix64.</summary>
    private static ulong Mix(ulong word)
    {
        word = (word ^ (word >> 30)) * Second;
        word = (word ^ (word >> 27)) * Third;
        return word ^ (word >> 31);
    }
}
