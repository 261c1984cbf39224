using Catena.Core.Data;

namespace Catena.Core.Commands.Deciding;

/// <summary>The command that changes when a key expires.</summary>
internal static class ExpiryDecisions
{
    internal static void Expire(Decision decision, in Command command)
    {
        var exists = decision.Find(command.Key);
        var holds = exists && Holds(command, decision.OldExpiry);
        var changes = holds && command.Deadline != decision.OldExpiry;
        if (command.Flags.HasFlag(CommandFlags.ReturnOld))
        {
            decision.Answer(exists);
        }
        else
        {
            // The same time again counts as set; the same "never" does not.
            decision.Answer(changes || (holds && command.Deadline != 0) ? 1 : 0);
        }

        if (changes)
        {
            decision.PutOrLetExpire(command.Key, decision.Old, command.Deadline, exists);
        }
    }

    private static bool Holds(in Command command, long present)
    {
        var flags = command.Flags;
        return (!flags.HasFlag(CommandFlags.IfNoExpiry) || present == 0)
            && (!flags.HasFlag(CommandFlags.IfExpiry) || present != 0)
            && (!flags.HasFlag(CommandFlags.IfLater) || IsLater(command.Deadline, present))
            && (!flags.HasFlag(CommandFlags.IfEarlier) || IsLater(present, command.Deadline));
    }

    private static bool IsLater(long one, long other) => other != 0 && (one == 0 || one > other);
}
