using System.Globalization;
using System.Numerics;
using Catena.Core.Data;
using Catena.Core.Primitives;

namespace Catena.Core.Tests.Commands;

/// <summary>What commands mean, on a plain dictionary: written from their documentation, not from the code.</summary>
/// <param name="maxValue">The longest value.</param>
internal sealed class KeyModel(int maxValue)
{
    internal const ushort Slot = 5;

    private readonly Dictionary<(ushort Table, string Key), (string Value, Lsn Version, long Expiry)> _keys = [];

    /// <summary>The keys that are there at a time.</summary>
    internal IEnumerable<((ushort Table, string Key) Id, (string Value, Lsn Version, long Expiry) State)> At(long now) =>
        _keys.Where(pair => pair.Value.Expiry == 0 || pair.Value.Expiry > now).Select(pair => (pair.Key, pair.Value));

    /// <summary>Carries a command out.</summary>
    /// <param name="command">What is asked.</param>
    /// <param name="now">The time.</param>
    /// <param name="next">The version of what it writes.</param>
    /// <returns>The result as a short text.</returns>
    internal string Run(TestCommand command, long now, Lsn next)
    {
        foreach (var expired in _keys.Where(pair => pair.Value.Expiry != 0 && pair.Value.Expiry <= now).Select(pair => pair.Key).ToList())
        {
            _keys.Remove(expired);
        }

        var id = (command.Table, command.Key);
        var exists = _keys.TryGetValue(id, out var old);
        string[] items = command.Items;
        switch (command.Kind)
        {
            case CommandKind.Get:
                return ValueOrNil(exists, old);
            case CommandKind.GetMany:
                return $"list [{string.Join(' ', items.Select(key => _keys.TryGetValue((command.Table, key), out var state) ? state.Value : "nil"))}]";
            case CommandKind.Exists:
                return $"int {items.Count(key => _keys.ContainsKey((command.Table, key)))}";
            case CommandKind.Length:
                return $"int {(exists ? old.Value.Length : 0)}";
            case CommandKind.ExpiryTime:
                return $"int {(!exists ? -2 : old.Expiry == 0 ? -1 : old.Expiry)}";
            case CommandKind.Delete:
                return $"int {items.Count(key => _keys.Remove((command.Table, key)))}";
            case CommandKind.TakeOut:
                _keys.Remove(id);
                return ValueOrNil(exists, old);
            case CommandKind.Clear:
                foreach (var key in _keys.Keys.Where(key => key.Table == command.Table).ToList())
                {
                    _keys.Remove(key);
                }

                return "ok";
            case CommandKind.Put:
                return Put(command, now, next, exists, old);
            case CommandKind.PutMany:
                return PutMany(command, next);
            case CommandKind.Increment:
                return Increment(command, next, exists, old);
            case CommandKind.Append:
                var appended = (exists ? old.Value : "") + command.Value;
                if (appended.Length > maxValue)
                {
                    return "error ValueTooLong";
                }

                if (!exists || command.Value.Length > 0)
                {
                    _keys[id] = (appended, next, exists ? old.Expiry : 0);
                }

                return $"int {appended.Length}";
            case CommandKind.PutRange:
                return PutRange(command, next, exists, old);
            case CommandKind.EditBits:
                return EditBits(command, next, exists, old);
            case CommandKind.CombineBits:
                return CombineBits(command, next);
            case CommandKind.Move:
            case CommandKind.Copy:
                return Bring(command, next, exists, old);
            default:
                return Expire(command, now, next, exists, old);
        }
    }

    private static string ValueOrNil(bool exists, (string Value, Lsn Version, long Expiry) old) =>
        exists ? $"value '{old.Value}' {old.Version}" : "nil";

    private string Put(TestCommand command, long now, Lsn next, bool exists, (string Value, Lsn Version, long Expiry) old)
    {
        var holds = !(command.Has(CommandFlags.IfAbsent) && exists)
            && !(command.Has(CommandFlags.IfPresent) && !exists)
            && !(command.Has(CommandFlags.IfVersion) && command.Version != (exists ? old.Version : Lsn.Zero));
        if (holds)
        {
            var expiry = command.Has(CommandFlags.KeepExpiry) && exists ? old.Expiry : command.Deadline;
            Write((command.Table, command.Key), command.Value, next, expiry, now);
        }

        return command.Has(CommandFlags.ReturnOld) ? ValueOrNil(exists, old) : holds ? "ok" : "nil";
    }

    private string PutMany(TestCommand command, Lsn next)
    {
        var pairs = command.Items.Chunk(2).ToList();
        var isConditional = command.Has(CommandFlags.IfAbsent);
        if (isConditional && pairs.Any(pair => _keys.ContainsKey((command.Table, pair[0]))))
        {
            return "int 0";
        }

        pairs.ForEach(pair => _keys[(command.Table, pair[0])] = (pair[1], next, 0));
        return isConditional ? "int 1" : "ok";
    }

    private string Increment(TestCommand command, Lsn next, bool exists, (string Value, Lsn Version, long Expiry) old)
    {
        var present = BigInteger.Zero;
        if (exists)
        {
            if (!BigInteger.TryParse(old.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out present)
                || present.ToString(CultureInfo.InvariantCulture) != old.Value
                || present < long.MinValue
                || present > long.MaxValue)
            {
                return "error NotAnInteger";
            }
        }

        var sum = present + command.Number;
        if (sum < long.MinValue || sum > long.MaxValue)
        {
            return "error Overflow";
        }

        _keys[(command.Table, command.Key)] = (sum.ToString(CultureInfo.InvariantCulture), next, exists ? old.Expiry : 0);
        return $"int {sum}";
    }

    private string PutRange(TestCommand command, Lsn next, bool exists, (string Value, Lsn Version, long Expiry) old)
    {
        var present = exists ? old.Value : "";
        if (command.Number < 0)
        {
            return "error BadRequest";
        }

        if (command.Value.Length == 0)
        {
            return $"int {present.Length}";
        }

        if (command.Number + (BigInteger)command.Value.Length > maxValue)
        {
            return "error ValueTooLong";
        }

        var offset = (int)command.Number;
        var behind = offset + command.Value.Length < present.Length ? present[(offset + command.Value.Length)..] : "";
        var value = present.PadRight(offset, '\0')[..offset] + command.Value + behind;
        _keys[(command.Table, command.Key)] = (value, next, exists ? old.Expiry : 0);
        return $"int {value.Length}";
    }

    private string EditBits(TestCommand command, Lsn next, bool exists, (string Value, Lsn Version, long Expiry) old)
    {
        var present = exists ? old.Value : "";
        var length = command.Operations.Where(operation => operation.IsWrite).Select(operation => (operation.LastBit / 8) + 1).Append(0).Max();
        if (length > maxValue)
        {
            return "error ValueTooLong";
        }

        var (value, answers) = BitModel.Run(present.PadRight((int)length, '\0'), command.Operations);
        if (length > 0 && (!exists || value != present))
        {
            _keys[(command.Table, command.Key)] = (value, next, exists ? old.Expiry : 0);
        }

        return $"list [{string.Join(' ', answers)}]";
    }

    private string CombineBits(TestCommand command, Lsn next)
    {
        var bitOperator = (BitOperator)command.Number;
        if (bitOperator == BitOperator.Not && command.Items.Length != 1)
        {
            return "error BadRequest";
        }

        var combined = BitModel.Combine(
            bitOperator, [.. command.Items.Select(key => _keys.TryGetValue((command.Table, key), out var state) ? state.Value : "")]);
        if (combined.Length == 0)
        {
            _keys.Remove((command.Table, command.Key));
        }
        else
        {
            _keys[(command.Table, command.Key)] = (combined, next, 0);
        }

        return $"int {combined.Length}";
    }

    private string Bring(TestCommand command, Lsn next, bool exists, (string Value, Lsn Version, long Expiry) old)
    {
        var isMove = command.Kind == CommandKind.Move;
        if (!exists)
        {
            return isMove ? "nil" : "int 0";
        }

        if (command.Has(CommandFlags.IfAbsent) && _keys.ContainsKey((command.Table, command.Value)))
        {
            return "int 0";
        }

        if (command.Key != command.Value)
        {
            _keys[(command.Table, command.Value)] = (old.Value, next, old.Expiry);
            if (isMove)
            {
                _keys.Remove((command.Table, command.Key));
            }
        }

        return "int 1";
    }

    private string Expire(TestCommand command, long now, Lsn next, bool exists, (string Value, Lsn Version, long Expiry) old)
    {
        var answer = ValueOrNil(exists, old);
        var isSet = false;
        if (exists)
        {
            var (present, wanted) = (Latest(old.Expiry), Latest(command.Deadline));
            isSet = !(command.Has(CommandFlags.IfNoExpiry) && old.Expiry != 0)
                && !(command.Has(CommandFlags.IfExpiry) && old.Expiry == 0)
                && !(command.Has(CommandFlags.IfLater) && wanted <= present)
                && !(command.Has(CommandFlags.IfEarlier) && wanted >= present)
                && !(command.Deadline == 0 && old.Expiry == 0);
            if (isSet && wanted != present)
            {
                Write((command.Table, command.Key), old.Value, next, command.Deadline, now);
            }
        }

        return command.Has(CommandFlags.ReturnOld) ? answer : $"int {(isSet ? 1 : 0)}";
    }

    private static long Latest(long expiry) => expiry == 0 ? long.MaxValue : expiry;

    private void Write((ushort Table, string Key) id, string value, Lsn version, long expiry, long now)
    {
        if (expiry == 0 || expiry > now)
        {
            _keys[id] = (value, version, expiry);
        }
        else
        {
            _keys.Remove(id);
        }
    }
}
