using Catena.Core.Data;

namespace Catena.Core.Commands.Deciding;

/// <summary>Whether a command's keys and values have the lengths that are allowed, and its list the form that its kind asks for.</summary>
internal static class CommandLengths
{
    /// <summary>Checks a command; refuses it where something is amiss.</summary>
    /// <param name="decision">Takes the refusal.</param>
    /// <param name="command">The command.</param>
    /// <returns>Whether all is well.</returns>
    internal static bool AreGood(Decision decision, in Command command) => command.Kind switch
    {
        CommandKind.Clear or CommandKind.Look or CommandKind.LookRange or CommandKind.PutEach or >= CommandKind.Transact => true,
        CommandKind.GetMany or CommandKind.Exists or CommandKind.Delete => HasGoodItems(decision, command, valuesBetween: false),
        CommandKind.PutMany => HasGoodItems(decision, command, valuesBetween: true),
        CommandKind.CombineBits => HasGoodKey(decision, command.Key) && HasGoodItems(decision, command, valuesBetween: false),
        CommandKind.Move or CommandKind.Copy => HasGoodKey(decision, command.Key) && HasGoodKey(decision, command.Value),
        _ => HasGoodKey(decision, command.Key) && HasGoodValue(decision, command.Value),
    };

    private static bool HasGoodItems(Decision decision, in Command command, bool valuesBetween)
    {
        var items = new PackedList(command.Items);
        var count = 0;
        while (items.MoveNext())
        {
            var isValue = valuesBetween && count % 2 == 1;
            if (isValue ? !HasGoodValue(decision, items.Current) : !HasGoodKey(decision, items.Current))
            {
                return false;
            }

            count++;
        }

        var isWhole = items.IsValid && (!valuesBetween || count % 2 == 0);
        if (!isWhole)
        {
            decision.Refuse(ErrorCode.BadRequest, "the list of keys is malformed"u8);
        }

        return isWhole;
    }

    private static bool HasGoodKey(Decision decision, ReadOnlySpan<byte> key)
    {
        var isGood = key.Length is >= 1 and <= StoredKey.MaxKeyLength;
        if (!isGood)
        {
            decision.Refuse(ErrorCode.KeyLength, "a key has 1 to 65535 bytes"u8);
        }

        return isGood;
    }

    private static bool HasGoodValue(Decision decision, ReadOnlySpan<byte> value)
    {
        var isGood = value.Length <= decision.MaxValueBytes;
        if (!isGood)
        {
            decision.Refuse(ErrorCode.ValueTooLong, "the value is longer than the limit"u8);
        }

        return isGood;
    }
}
