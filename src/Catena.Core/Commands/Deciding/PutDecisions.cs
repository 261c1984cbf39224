using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Core.Transactions;

namespace Catena.Core.Commands.Deciding;

/// <summary>Commands that put whole values.</summary>
internal static class PutDecisions
{
    internal static void Put(Decision decision, in Command command)
    {
        if (command.Flags == CommandFlags.None && command.Deadline == 0)
        {
            // Whatever was there, it ends; not to look saves half of what the put costs.
            ResultWriter.WriteOk(decision.Result);
            decision.Put(command.Key, command.Value, 0);
            return;
        }

        var exists = command.Flags.HasFlag(CommandFlags.ReturnOld) ? decision.Find(command.Key) : decision.FindWithoutValue(command.Key);
        var holds = (!command.Flags.HasFlag(CommandFlags.IfAbsent) || !exists)
            && (!command.Flags.HasFlag(CommandFlags.IfPresent) || exists)
            && (!command.Flags.HasFlag(CommandFlags.IfVersion) || (exists ? decision.OldVersion : Lsn.Zero) == command.Version);
        if (command.Flags.HasFlag(CommandFlags.ReturnOld))
        {
            decision.Answer(exists);
        }
        else if (holds)
        {
            ResultWriter.WriteOk(decision.Result);
        }
        else
        {
            ResultWriter.WriteNil(decision.Result);
        }

        if (holds)
        {
            var expiry = command.Flags.HasFlag(CommandFlags.KeepExpiry) && exists ? decision.OldExpiry : command.Deadline;
            decision.PutOrLetExpire(command.Key, command.Value, expiry, exists);
        }
    }

    internal static void PutMany(Decision decision, in Command command)
    {
        var isConditional = command.Flags.HasFlag(CommandFlags.IfAbsent);
        if (isConditional && AnyExists(decision, command.Items))
        {
            decision.Answer(0);
            return;
        }

        ReadOnlySpan<byte> key = default;
        var isValue = false;
        foreach (var item in new PackedList(command.Items))
        {
            if (isValue)
            {
                decision.Put(key, item, 0);
            }

            key = item;
            isValue = !isValue;
        }

        if (isConditional)
        {
            decision.Answer(1);
        }
        else
        {
            ResultWriter.WriteOk(decision.Result);
        }
    }

    internal static void PutEach(Decision decision, in Command command, SlotRange slots)
    {
        if (!MayPutEach(decision, command.Items, slots))
        {
            return;
        }

        var items = new PackedList(command.Items);
        while (items.MoveNext())
        {
            var storedKey = items.Current;
            items.MoveNext();
            decision.PutStored(storedKey, items.Current);
        }

        decision.Puts = true;
        ResultWriter.WriteOk(decision.Result);
    }

    private static bool MayPutEach(Decision decision, ReadOnlySpan<byte> pairs, SlotRange slots)
    {
        var items = new PackedList(pairs);
        while (items.MoveNext())
        {
            if (!TransactionDecisions.IsOfPartition(items.Current, slots) || StoredKey.Table(items.Current) != 0)
            {
                decision.Refuse(ErrorCode.BadRequest, TransactionDecisions.OtherPartition);
                return false;
            }

            if (!items.MoveNext() || items.Current.Length > decision.MaxValueBytes)
            {
                decision.Refuse(ErrorCode.BadRequest, "a key without a value, or with one that is too long"u8);
                return false;
            }
        }

        if (!items.IsValid)
        {
            decision.Refuse(ErrorCode.BadRequest, "the list of keys and values is malformed"u8);
        }

        return items.IsValid;
    }

    private static bool AnyExists(Decision decision, ReadOnlySpan<byte> items)
    {
        var isKey = true;
        foreach (var item in new PackedList(items))
        {
            if (isKey && decision.FindWithoutValue(item))
            {
                return true;
            }

            isKey = !isKey;
        }

        return false;
    }
}
