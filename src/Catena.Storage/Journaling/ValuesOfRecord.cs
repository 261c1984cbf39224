using Catena.Core.Data;
using Catena.Core.Replication.Log;

namespace Catena.Storage.Journaling;

/// <summary>How long the values are that a record of the journal has.</summary>
internal static class ValuesOfRecord
{
    /// <summary>Whether a value is longer than a limit; of the records that bring many, which are not looked through, whether one could be.</summary>
    /// <param name="limit">The limit.</param>
    /// <param name="type">The record's type.</param>
    /// <param name="body">Its body.</param>
    internal static bool MayBeAbove(int limit, EntryType type, ReadOnlySpan<byte> body)
    {
        if (body.Length <= limit)
        {
            return false;
        }

        return type == EntryType.Write ? AnyIsAbove(limit, body) : (RecordType)type is RecordType.InstallChunk or RecordType.Moved;
    }

    private static bool AnyIsAbove(int limit, ReadOnlySpan<byte> body)
    {
        var mutations = new WriteBodyReader(body);
        while (mutations.MoveNext())
        {
            if (mutations.Current.Value.Length > limit)
            {
                return true;
            }
        }

        return false;
    }
}
