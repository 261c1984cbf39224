using Catena.Core.Data;
using Catena.Core.Replication.Log;

namespace Catena.Storage.Journaling;

/// <summary>How long the values are that a record of the journal has.</summary>
internal static class ValuesOfRecord
{
    /// <summary>What a record with one value takes beside it, unless its key is long.</summary>
    private const int BesideValue = 96;

    /// <summary>Whether a value is longer than a limit; of records that are not entries with mutations, whether one could be.</summary>
    /// <param name="limit">The limit.</param>
    /// <param name="type">The record's type.</param>
    /// <param name="body">Its body.</param>
    internal static bool MayBeAbove(int limit, EntryType type, ReadOnlySpan<byte> body)
    {
        if (body.Length <= limit + BesideValue || type != EntryType.Write)
        {
            return body.Length > limit + BesideValue;
        }

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
