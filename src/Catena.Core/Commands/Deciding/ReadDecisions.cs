using System.Buffers;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Transactions;

namespace Catena.Core.Commands.Deciding;

/// <summary>Commands that ask and change nothing.</summary>
internal static class ReadDecisions
{
    internal static void Get(Decision decision, in Command command) => decision.Answer(decision.Find(command.Key));

    internal static void GetMany(Decision decision, in Command command)
    {
        ResultWriter.WriteListStart(decision.Result, PackedList.Count(command.Items));
        foreach (var key in new PackedList(command.Items))
        {
            if (decision.Find(key))
            {
                ResultWriter.WriteItem(decision.Result, decision.Old);
            }
            else
            {
                ResultWriter.WriteNilItem(decision.Result);
            }
        }
    }

    internal static void Exists(Decision decision, in Command command)
    {
        var count = 0;
        foreach (var key in new PackedList(command.Items))
        {
            count += decision.FindWithoutValue(key) ? 1 : 0;
        }

        decision.Answer(count);
    }

    internal static void Length(Decision decision, in Command command) => decision.Answer(decision.Find(command.Key) ? decision.Old.Length : 0);

    internal static void ExpiryTime(Decision decision, in Command command) =>
        decision.Answer(!decision.FindWithoutValue(command.Key) ? -2 : decision.OldExpiry == 0 ? -1 : decision.OldExpiry);

    internal static void Look(Decision decision, in Command command, SlotRange slots)
    {
        var withValue = (command.Flags & CommandFlags.WithoutValues) == 0;
        ResultWriter.WriteEntriesStart(decision.Result, decision.Position, PackedList.Count(command.Items));
        foreach (var storedKey in new PackedList(command.Items))
        {
            if (!TransactionDecisions.IsOfPartition(storedKey, slots))
            {
                decision.Refuse(ErrorCode.BadRequest, TransactionDecisions.OtherPartition);
                return;
            }

            if (decision.IsDropped(StoredKey.Table(storedKey), slots))
            {
                decision.RefuseTable();
                return;
            }

            decision.AnswerEntry(storedKey, withValue);
        }
    }

    internal static void LookRange(Decision decision, in Command command, SlotRange slots)
    {
        var bounds = new PackedList(command.Items);
        var from = bounds.MoveNext() ? bounds.Current : default;
        var to = bounds.MoveNext() ? bounds.Current : default;
        if (!KeyRange.IsOfPartition(from, to, command.Table, slots))
        {
            decision.Refuse(ErrorCode.BadRequest, TransactionDecisions.OtherPartition);
            return;
        }

        var entries = new RangeEntries(decision, command.Table, Math.Max(1, command.Limit));
        var last = to.Length >= sizeof(ushort) ? StoredKey.Slot(to) : ushort.MaxValue;
        entries.Gather(from, to, (command.Flags & CommandFlags.WithoutValues) == 0);
        ResultWriter.WriteRangeStart(decision.Result, decision.Position, decision.LastDeletion(StoredKey.Slot(from), last), entries.Next, entries.Count);
        decision.Result.Write(entries.Entries);
    }
}
