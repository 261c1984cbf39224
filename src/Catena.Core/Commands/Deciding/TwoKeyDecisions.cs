using Catena.Core.Data;

namespace Catena.Core.Commands.Deciding;

/// <summary>Commands that bring one key's value and expiry time to another.</summary>
internal static class TwoKeyDecisions
{
    internal static void Move(Decision decision, in Command command)
    {
        if (!TryPrepare(decision, command, out var isFree))
        {
            ResultWriter.WriteNil(decision.Result);
            return;
        }

        decision.Answer(isFree ? 1 : 0);
        if (isFree && !command.Key.SequenceEqual(command.Value))
        {
            decision.Put(command.Value, decision.Old, decision.OldExpiry);
            decision.Delete(command.Key);
        }
    }

    internal static void Copy(Decision decision, in Command command)
    {
        var copies = TryPrepare(decision, command, out var isFree) && isFree;
        decision.Answer(copies ? 1 : 0);
        if (copies && !command.Key.SequenceEqual(command.Value))
        {
            decision.Put(command.Value, decision.Old, decision.OldExpiry);
        }
    }

    /// <summary>Looks both keys up, the source last, so that its value is at hand.</summary>
    private static bool TryPrepare(Decision decision, in Command command, out bool isFree)
    {
        isFree = !command.Flags.HasFlag(CommandFlags.IfAbsent) || !decision.Find(command.Value);
        return decision.Find(command.Key);
    }
}
