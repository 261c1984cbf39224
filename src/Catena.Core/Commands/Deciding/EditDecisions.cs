using System.Globalization;
using Catena.Core.Data;
using Catena.Core.Primitives;

namespace Catena.Core.Commands.Deciding;

/// <summary>Commands that make a new value of the present one and keep its expiry time.</summary>
internal static class EditDecisions
{
    internal static void Increment(Decision decision, in Command command)
    {
        long present = 0;
        if (decision.Find(command.Key) && !DecimalText.TryParseInteger(decision.Old, out present))
        {
            decision.Refuse(ErrorCode.NotAnInteger, "value is not an integer or out of range"u8);
            return;
        }

        var sum = unchecked(present + command.Number);
        if (((present ^ sum) & (command.Number ^ sum)) < 0)
        {
            decision.Refuse(ErrorCode.Overflow, "increment or decrement would overflow"u8);
            return;
        }

        Span<byte> text = stackalloc byte[20];
        sum.TryFormat(text, out var length, default, CultureInfo.InvariantCulture);
        decision.Answer(sum);
        decision.Put(command.Key, text[..length], decision.OldExpiry);
    }

    internal static void IncrementFloat(Decision decision, in Command command)
    {
        var exists = decision.Find(command.Key);
        switch (DecimalText.Add(exists ? decision.Old : "0"u8, command.Value, out var sum))
        {
            case DecimalSum.NotANumber:
                decision.Refuse(ErrorCode.NotANumber, "value is not a valid float"u8);
                return;
            case DecimalSum.NotFinite:
                decision.Refuse(ErrorCode.NotFinite, "increment would produce NaN or Infinity"u8);
                return;
        }

        ResultWriter.WriteValue(decision.Result, sum, Lsn.Zero);
        decision.Put(command.Key, sum, decision.OldExpiry);
    }

    internal static void Append(Decision decision, in Command command)
    {
        var exists = decision.Find(command.Key);
        if ((long)decision.Old.Length + command.Value.Length > decision.MaxValueBytes)
        {
            decision.RefuseLength();
            return;
        }

        decision.AppendToOld(command.Value);
        decision.Answer(decision.Old.Length);
        if (!command.Value.IsEmpty || !exists)
        {
            decision.Put(command.Key, decision.Old, decision.OldExpiry);
        }
    }

    internal static void PutRange(Decision decision, in Command command)
    {
        if (command.Number < 0)
        {
            decision.Refuse(ErrorCode.BadRequest, "a range begins at byte 0 or later"u8);
            return;
        }

        decision.Find(command.Key);
        if (command.Value.IsEmpty)
        {
            decision.Answer(decision.Old.Length);
            return;
        }

        if (command.Number > decision.MaxValueBytes - command.Value.Length)
        {
            decision.RefuseLength();
            return;
        }

        var from = (int)command.Number;
        var edited = decision.EditOld(Math.Max(decision.Old.Length, from + command.Value.Length));
        command.Value.CopyTo(edited[from..]);
        decision.Answer(edited.Length);
        decision.Put(command.Key, edited, decision.OldExpiry);
    }
}
