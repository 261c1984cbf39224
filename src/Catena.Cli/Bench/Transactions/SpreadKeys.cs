using System.Globalization;
using System.Text;
using Catena.Core.Placement;
using Catena.Core.Primitives;

namespace Catena.Cli.Bench.Transactions;

/// <summary>Groups of keys of which each lies in another partition.</summary>
/// <remarks>
/// Those of a group lie at the same place in equal shares of all slots, so that they are in as many partitions wherever the cluster has that many: partitions are such shares themselves.
/// </remarks>
/// <param name="spread">How many keys a group has.</param>
/// <param name="prefix">What keys begin with, after their tags.</param>
internal sealed class SpreadKeys(int spread, string prefix)
{
    private readonly PartitionMap _shares = new(spread);

    /// <summary>A key; its tag stands first, so that no prefix can be taken for one.</summary>
    /// <param name="group">The group.</param>
    /// <param name="place">Which of its keys, from 0.</param>
    public byte[] Of(int group, int place)
    {
        var share = _shares.SlotsOf(new PartitionId((ushort)place));
        var slot = new HashSlot((ushort)(share.First.Value + (group % (HashSlot.Count / spread))));
        return Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{{SlotTags.Of(slot)}}}{prefix}{group}"));
    }
}
