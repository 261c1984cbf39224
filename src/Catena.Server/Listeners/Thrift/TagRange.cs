using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Transactions;

namespace Catena.Server.Listeners.Thrift;

/// <summary>The keys from one key to another that begin in the same way, up to the closing brace of their hash tag.</summary>
/// <remarks>
/// That is more than to have one slot: whatever lies between the two has the tag as well, and so has every key at which a page can end, so that a scan can go on from there.
/// </remarks>
internal static class TagRange
{
    /// <summary>Reads what a client wants to scan.</summary>
    /// <param name="startKey">The first key.</param>
    /// <param name="endKey">The first key that is not wanted; empty for all that begin like the first up to the tag's closing brace.</param>
    /// <param name="table">The table.</param>
    /// <param name="slot">The slot of them all.</param>
    /// <param name="items">Both ends as <see cref="CommandKind.LookRange" /> has them.</param>
    /// <returns>What is wrong, or nothing.</returns>
    public static ReadOnlySpan<byte> Read(ReadOnlySpan<byte> startKey, ReadOnlySpan<byte> endKey, ushort table, out ushort slot, out byte[] items)
    {
        slot = 0;
        items = [];

        // The key to go on from may be longer than a key by one byte.
        if (startKey.Length > StoredKey.MaxKeyLength + 1 || endKey.Length > StoredKey.MaxKeyLength + 1)
        {
            return "a key has 1 to 65535 bytes"u8;
        }

        var prefix = startKey[..PrefixLength(startKey)];
        if (prefix.IsEmpty)
        {
            return "startKey has no hash tag"u8;
        }

        if (!endKey.IsEmpty && !endKey.StartsWith(prefix))
        {
            return "endKey does not begin as startKey does up to the closing brace of the hash tag"u8;
        }

        if (!endKey.IsEmpty && startKey.SequenceCompareTo(endKey) > 0)
        {
            return "endKey comes before startKey"u8;
        }

        // What follows the brace in the order of bytes is the tilde.
        var end = endKey.IsEmpty ? [.. prefix[..^1], (byte)('}' + 1)] : endKey;
        slot = HashSlot.Of(prefix).Value;
        items = new KeyRange(StoredKey.Of(slot, table, startKey), StoredKey.Of(slot, table, end), table).ToItems();
        return default;
    }

    private static int PrefixLength(ReadOnlySpan<byte> key)
    {
        var open = key.IndexOf((byte)'{');
        var length = open < 0 ? 0 : key[(open + 1)..].IndexOf((byte)'}');
        return length > 0 ? open + length + 2 : 0;
    }
}
