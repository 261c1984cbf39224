using System.Globalization;
using System.Text;
using Catena.Core.Placement;

namespace Catena.Cli.Bench.Transactions;

/// <summary>A hash tag for every slot, so that a key can be put into the slot that is wanted.</summary>
internal static class SlotTags
{
    private static readonly Lazy<string[]> Tags = new(Find);

    /// <summary>The text that is hashed to a slot.</summary>
    public static string Of(HashSlot slot) => Tags.Value[slot.Value];

    private static string[] Find()
    {
        var tags = new string[HashSlot.Count];
        for (var (number, found) = (0, 0); found < tags.Length; number++)
        {
            var tag = number.ToString(CultureInfo.InvariantCulture);
            ref var place = ref tags[HashSlot.Of(Encoding.ASCII.GetBytes(tag)).Value];
            found += place is null ? 1 : 0;
            place ??= tag;
        }

        return tags;
    }
}
