using System.Text;
using Catena.Core.Data;
using Catena.Core.Placement;

namespace Catena.Core.Commands.Deciding;

/// <summary>Commands that only delete.</summary>
internal static class DeleteDecisions
{
    internal static void Delete(Decision decision, in Command command, HashSet<string> seen)
    {
        var count = 0;
        seen.Clear();
        var isSingle = PackedList.Count(command.Items) == 1;
        foreach (var key in new PackedList(command.Items))
        {
            var isFirstMention = isSingle || seen.Add(Encoding.Latin1.GetString(key));
            if (isFirstMention && decision.FindWithoutValue(key))
            {
                decision.Delete(key);
                count++;
            }
        }

        decision.Answer(count);
    }

    internal static void TakeOut(Decision decision, in Command command)
    {
        var exists = decision.Find(command.Key);
        decision.Answer(exists);
        if (exists)
        {
            decision.Delete(command.Key);
        }
    }

    internal static void Clear(Decision decision, SlotRange slots)
    {
        DeleteAll(decision, slots);
        ResultWriter.WriteOk(decision.Result);
    }

    /// <summary>Deletes every key of the command's table.</summary>
    internal static void DeleteAll(Decision decision, SlotRange slots)
    {
        // Slots come first in stored keys, so a table is cleared slot by slot.
        for (int slot = slots.First.Value; slot <= slots.Last.Value; slot++)
        {
            decision.Slot = (ushort)slot;
            decision.DeleteSlot();
        }
    }
}
