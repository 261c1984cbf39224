using Catena.Core.Primitives;

namespace Catena.Server.Partitions;

/// <summary>Counts something by the hash of a key, so that nothing is kept of keys: a key may seem to be counted for the sake of another.</summary>
/// <remarks>Changed under the partition's lock, read on any thread.</remarks>
internal sealed class KeyCounters
{
    /// <summary>How many places there are.</summary>
    internal const int Places = 4096;

    // Made with the first key: most partitions never count any.
    private volatile int[]? _counts;

    /// <summary>Whether anything is counted for a key, or for another that shares its place.</summary>
    internal bool MayHave(ReadOnlySpan<byte> storedKey) => _counts is { } counts && Volatile.Read(ref counts[PlaceOf(storedKey)]) != 0;

    /// <summary>The place of a key.</summary>
    internal static int PlaceOf(ReadOnlySpan<byte> storedKey) => (int)(Crc32C.Compute(storedKey) % Places);

    /// <summary>Changes the count of a place.</summary>
    internal void Add(int place, int change)
    {
        var counts = _counts ??= new int[Places];
        Volatile.Write(ref counts[place], counts[place] + change);
    }

    /// <summary>Sets all counts to zero.</summary>
    internal void Clear() => _counts = null;
}
