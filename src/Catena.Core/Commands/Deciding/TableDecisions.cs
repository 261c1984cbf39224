using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Tables;

namespace Catena.Core.Commands.Deciding;

/// <summary>What a partition decides of whole tables.</summary>
internal static class TableDecisions
{
    /// <summary>Drops a table: its keys go, and a record stays that refuses whatever still comes for it.</summary>
    /// <remarks>One entry has both, so that nobody ever finds a key absent that the drop has deleted. Whoever holds keys of the table does not come here before they are let go.</remarks>
    internal static void Drop(Decision decision, in Command command, SlotRange slots)
    {
        if (!StoredKey.IsNamed(command.Table))
        {
            decision.Refuse(ErrorCode.BadRequest, "this table cannot be dropped"u8);
            return;
        }

        ResultWriter.WriteOk(decision.Result);
        if (decision.IsDropped(command.Table, slots))
        {
            return;
        }

        Span<byte> record = stackalloc byte[TableRecords.Length];
        TableRecords.WriteDropped(record, slots, command.Table);
        decision.PutStored(record, TableRecords.DroppedValue);
        DeleteDecisions.DeleteAll(decision, slots);
    }
}
