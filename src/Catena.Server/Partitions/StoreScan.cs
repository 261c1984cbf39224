using Catena.Core.Commands;
using Catena.Storage.Partitions;

namespace Catena.Server.Partitions;

/// <summary>Whole ranges of a store's keys.</summary>
internal static class StoreScan
{
    /// <summary>Shows a range, as <see cref="IKeyReader.Scan" /> does.</summary>
    internal static void Scan(this PartitionStore store, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, bool withValues, IEntryVisitor visitor)
    {
        if (withValues)
        {
            store.Scan(from, to, int.MaxValue, int.MaxValue, ref visitor);
        }
        else
        {
            store.ScanKeys(from, to, int.MaxValue, ref visitor);
        }
    }
}
