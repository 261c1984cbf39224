using Catena.Core.Transactions;

namespace Catena.Server.Partitions;

/// <summary>What a command needs that transactions may hold.</summary>
internal sealed class LockNeeds
{
    /// <summary>What a command needs that has not named anything.</summary>
    internal static LockNeeds Nothing { get; } = new();

    /// <summary>The keys; whether they are to be written.</summary>
    internal List<(byte[] Key, bool IsExclusive)> Keys { get; } = [];

    /// <summary>The ranges that are scanned.</summary>
    internal List<KeyRange> Ranges { get; } = [];

    /// <summary>Whether a key lies in a range that is scanned.</summary>
    internal bool Scans(ReadOnlySpan<byte> storedKey)
    {
        foreach (var range in Ranges)
        {
            if (range.Contains(storedKey))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a key of a range is to be written.</summary>
    internal bool Writes(KeyRange range)
    {
        foreach (var (key, isExclusive) in Keys)
        {
            if (isExclusive && range.Contains(key))
            {
                return true;
            }
        }

        return false;
    }
}
