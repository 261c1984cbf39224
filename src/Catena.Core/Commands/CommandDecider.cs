using System.Buffers;
using System.Text;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Primitives;

namespace Catena.Core.Commands;

/// <summary>Turns commands into plain results: what is answered and which keys change, decided on a partition's present state.</summary>
/// <remarks>
/// <para>
/// Only the first member decides, against committed and pending state; the entry it logs holds the outcome, so that applying it
/// is deterministic and idempotent. A key past its expiry time counts as absent, and its deletion becomes part of the entry:
/// nobody answers "absent" before that deletion is committed.
/// </para>
/// <para>Not thread-safe: the partition's lock guards it. What it produced is valid until the next decision.</para>
/// </remarks>
/// <param name="slots">The slots of the partition.</param>
/// <param name="maxValueBytes">The longest value.</param>
public sealed class CommandDecider(SlotRange slots, int maxValueBytes)
{
    private readonly ArrayBufferWriter<byte> _result = new(64);
    private readonly ArrayBufferWriter<byte> _mutations = new(256);
    private readonly ArrayBufferWriter<byte> _old = new(256);
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private byte[] _keyBuffer = new byte[256];
    private IKeyReader _keys = null!;
    private long _now;
    private ushort _slot;
    private ushort _table;
    private bool _puts;
    private long _oldExpiry;
    private Lsn _oldVersion;

    /// <summary>The encoded result.</summary>
    public ReadOnlySpan<byte> Result => _result.WrittenSpan;

    /// <summary>The encoded mutations (<see cref="WriteBody" />).</summary>
    public ReadOnlySpan<byte> Mutations => _mutations.WrittenSpan;

    /// <summary>Whether anything changes; otherwise the result is that of a read.</summary>
    public bool HasMutations => _mutations.WrittenCount > 0;

    /// <summary>Whether the decision only deletes, be it an expired key that was read, so that it may use the space held back for that.</summary>
    public bool FreesSpace => HasMutations && !_puts;

    private ReadOnlySpan<byte> Old => _old.WrittenSpan;

    /// <summary>Decides one command.</summary>
    /// <param name="command">What is asked; neither a scan nor a count.</param>
    /// <param name="keys">The state.</param>
    /// <param name="now">The wall clock, in milliseconds since 1970 UTC.</param>
    public void Decide(in Command command, IKeyReader keys, long now)
    {
        _result.ResetWrittenCount();
        _mutations.ResetWrittenCount();
        _keys = keys;
        _now = now;
        _slot = command.Slot;
        _table = command.Table;
        _puts = false;
        if (!HasGoodLengths(command))
        {
            return;
        }

        switch (command.Kind)
        {
            case CommandKind.Get: Answer(Find(command.Key)); break;
            case CommandKind.GetMany: GetMany(command); break;
            case CommandKind.Exists: Exists(command); break;
            case CommandKind.Length: ResultWriter.WriteInteger(_result, Find(command.Key) ? Old.Length : 0); break;
            case CommandKind.ExpiryTime: ResultWriter.WriteInteger(_result, !Find(command.Key) ? -2 : _oldExpiry == 0 ? -1 : _oldExpiry); break;
            case CommandKind.Put: Put(command); break;
            case CommandKind.PutMany: PutMany(command); break;
            case CommandKind.Delete: Delete(command); break;
            case CommandKind.TakeOut: TakeOut(command); break;
            case CommandKind.Increment: Increment(command); break;
            case CommandKind.IncrementFloat: IncrementFloat(command); break;
            case CommandKind.Append: Append(command); break;
            case CommandKind.Expire: Expire(command); break;
            case CommandKind.Clear: Clear(); break;
            default: Refuse(ErrorCode.BadRequest, "this command is not decided by key"u8); break;
        }
    }

    private void GetMany(in Command command)
    {
        ResultWriter.WriteListStart(_result, CountItems(command.Items));
        foreach (var key in new PackedList(command.Items))
        {
            if (Find(key))
            {
                ResultWriter.WriteItem(_result, Old);
            }
            else
            {
                ResultWriter.WriteNilItem(_result);
            }
        }
    }

    private void Exists(in Command command)
    {
        var count = 0;
        foreach (var key in new PackedList(command.Items))
        {
            count += Find(key) ? 1 : 0;
        }

        ResultWriter.WriteInteger(_result, count);
    }

    private void Put(in Command command)
    {
        var exists = Find(command.Key);
        var holds = (!command.Flags.HasFlag(CommandFlags.IfAbsent) || !exists)
            && (!command.Flags.HasFlag(CommandFlags.IfPresent) || exists)
            && (!command.Flags.HasFlag(CommandFlags.IfVersion) || (exists ? _oldVersion : Lsn.Zero) == command.Version);
        if (command.Flags.HasFlag(CommandFlags.ReturnOld))
        {
            Answer(exists);
        }
        else if (holds)
        {
            ResultWriter.WriteOk(_result);
        }
        else
        {
            ResultWriter.WriteNil(_result);
        }

        if (holds)
        {
            var expiry = command.Flags.HasFlag(CommandFlags.KeepExpiry) && exists ? _oldExpiry : command.Deadline;
            PutOrLetExpire(command.Key, command.Value, expiry, exists);
        }
    }

    private void PutMany(in Command command)
    {
        var isConditional = command.Flags.HasFlag(CommandFlags.IfAbsent);
        if (isConditional)
        {
            var isKey = true;
            foreach (var item in new PackedList(command.Items))
            {
                if (isKey && Find(item))
                {
                    ResultWriter.WriteInteger(_result, 0);
                    return;
                }

                isKey = !isKey;
            }
        }

        ReadOnlySpan<byte> key = default;
        var isValue = false;
        foreach (var item in new PackedList(command.Items))
        {
            if (isValue)
            {
                Write(MutationKind.Put, key, item, 0);
            }

            key = item;
            isValue = !isValue;
        }

        if (isConditional)
        {
            ResultWriter.WriteInteger(_result, 1);
        }
        else
        {
            ResultWriter.WriteOk(_result);
        }
    }

    private void Delete(in Command command)
    {
        var count = 0;
        _seen.Clear();
        var isSingle = CountItems(command.Items) == 1;
        foreach (var key in new PackedList(command.Items))
        {
            var isFirstMention = isSingle || _seen.Add(Encoding.Latin1.GetString(key));
            if (isFirstMention && Find(key))
            {
                Write(MutationKind.Delete, key, default, 0);
                count++;
            }
        }

        ResultWriter.WriteInteger(_result, count);
    }

    private void TakeOut(in Command command)
    {
        var exists = Find(command.Key);
        Answer(exists);
        if (exists)
        {
            Write(MutationKind.Delete, command.Key, default, 0);
        }
    }

    private void Increment(in Command command)
    {
        long present = 0;
        var exists = Find(command.Key);
        if (exists && !DecimalText.TryParseInteger(Old, out present))
        {
            Refuse(ErrorCode.NotAnInteger, "value is not an integer or out of range"u8);
            return;
        }

        var sum = unchecked(present + command.Number);
        if (((present ^ sum) & (command.Number ^ sum)) < 0)
        {
            Refuse(ErrorCode.Overflow, "increment or decrement would overflow"u8);
            return;
        }

        Span<byte> text = stackalloc byte[20];
        sum.TryFormat(text, out var length, default, System.Globalization.CultureInfo.InvariantCulture);
        ResultWriter.WriteInteger(_result, sum);
        Write(MutationKind.Put, command.Key, text[..length], exists ? _oldExpiry : 0);
    }

    private void IncrementFloat(in Command command)
    {
        var exists = Find(command.Key);
        switch (DecimalText.Add(exists ? Old : "0"u8, command.Value, out var sum))
        {
            case DecimalSum.NotANumber:
                Refuse(ErrorCode.NotANumber, "value is not a valid float"u8);
                return;
            case DecimalSum.NotFinite:
                Refuse(ErrorCode.NotFinite, "increment would produce NaN or Infinity"u8);
                return;
        }

        ResultWriter.WriteValue(_result, sum, Lsn.Zero);
        Write(MutationKind.Put, command.Key, sum, exists ? _oldExpiry : 0);
    }

    private void Append(in Command command)
    {
        var exists = Find(command.Key);
        if (!exists)
        {
            _old.ResetWrittenCount();
        }

        if ((long)Old.Length + command.Value.Length > maxValueBytes)
        {
            Refuse(ErrorCode.ValueTooLong, "string exceeds maximum allowed size"u8);
            return;
        }

        _old.Write(command.Value);
        ResultWriter.WriteInteger(_result, Old.Length);
        if (!command.Value.IsEmpty || !exists)
        {
            Write(MutationKind.Put, command.Key, Old, exists ? _oldExpiry : 0);
        }
    }

    private void Expire(in Command command)
    {
        var exists = Find(command.Key);
        var present = _oldExpiry == 0 ? long.MaxValue : _oldExpiry;
        var wanted = command.Deadline == 0 ? long.MaxValue : command.Deadline;
        var flags = command.Flags;
        var holds = exists
            && wanted != present
            && (!flags.HasFlag(CommandFlags.IfNoExpiry) || _oldExpiry == 0)
            && (!flags.HasFlag(CommandFlags.IfExpiry) || _oldExpiry != 0)
            && (!flags.HasFlag(CommandFlags.IfLater) || wanted > present)
            && (!flags.HasFlag(CommandFlags.IfEarlier) || wanted < present);
        if (flags.HasFlag(CommandFlags.ReturnOld))
        {
            Answer(exists);
        }
        else
        {
            var isSame = exists && wanted == present && command.Deadline != 0
                && !flags.HasFlag(CommandFlags.IfNoExpiry) && !flags.HasFlag(CommandFlags.IfLater) && !flags.HasFlag(CommandFlags.IfEarlier);
            ResultWriter.WriteInteger(_result, holds || isSame ? 1 : 0);
        }

        if (holds)
        {
            PutOrLetExpire(command.Key, Old, command.Deadline, exists);
        }
    }

    private void Clear()
    {
        // Slots come first in stored keys, so a table is cleared slot by slot.
        for (int slot = slots.First.Value; slot <= slots.Last.Value; slot++)
        {
            _slot = (ushort)slot;
            Write(MutationKind.DeletePrefix, default, default, 0);
        }

        ResultWriter.WriteOk(_result);
    }

    private void PutOrLetExpire(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long expiry, bool exists)
    {
        if (expiry == 0 || expiry > _now)
        {
            Write(MutationKind.Put, key, value, expiry);
        }
        else if (exists)
        {
            Write(MutationKind.Delete, key, default, 0);
        }
    }

    private void Answer(bool exists)
    {
        if (exists)
        {
            ResultWriter.WriteValue(_result, Old, _oldVersion);
        }
        else
        {
            ResultWriter.WriteNil(_result);
        }
    }

    private bool Find(ReadOnlySpan<byte> key)
    {
        _old.ResetWrittenCount();
        if (!_keys.TryRead(Stored(key), _old, out _oldVersion, out _oldExpiry))
        {
            _oldExpiry = 0;
            return false;
        }

        if (_oldExpiry == 0 || _oldExpiry > _now)
        {
            return true;
        }

        Write(MutationKind.Delete, key, default, 0);
        _oldExpiry = 0;
        return false;
    }

    private void Write(MutationKind kind, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long expiry)
    {
        _puts |= kind == MutationKind.Put;
        WriteBody.WriteMutation(_mutations, new Mutation { Kind = kind, Key = Stored(key), Value = value, Expiry = expiry });
    }

    private ReadOnlySpan<byte> Stored(ReadOnlySpan<byte> key)
    {
        if (_keyBuffer.Length < StoredKey.PrefixLength + key.Length)
        {
            _keyBuffer = new byte[StoredKey.MaxLength];
        }

        return _keyBuffer.AsSpan(0, StoredKey.Write(_keyBuffer, _slot, _table, key));
    }

    private bool HasGoodLengths(in Command command)
    {
        var usesKey = command.Kind is not (CommandKind.GetMany or CommandKind.Exists or CommandKind.PutMany or CommandKind.Delete or CommandKind.Clear);
        if (usesKey)
        {
            return HasGoodKey(command.Key) && HasGoodValue(command.Value);
        }

        var items = new PackedList(command.Items);
        var count = 0;
        while (items.MoveNext())
        {
            var isValue = command.Kind == CommandKind.PutMany && count % 2 == 1;
            if (isValue ? !HasGoodValue(items.Current) : !HasGoodKey(items.Current))
            {
                return false;
            }

            count++;
        }

        var isWhole = items.IsValid && (command.Kind != CommandKind.PutMany || count % 2 == 0);
        if (!isWhole)
        {
            Refuse(ErrorCode.BadRequest, "the list of keys is malformed"u8);
        }

        return isWhole;
    }

    private bool HasGoodKey(ReadOnlySpan<byte> key)
    {
        var isGood = key.Length is >= 1 and <= StoredKey.MaxKeyLength;
        if (!isGood)
        {
            Refuse(ErrorCode.KeyLength, "a key has 1 to 65535 bytes"u8);
        }

        return isGood;
    }

    private bool HasGoodValue(ReadOnlySpan<byte> value)
    {
        var isGood = value.Length <= maxValueBytes;
        if (!isGood)
        {
            Refuse(ErrorCode.ValueTooLong, "the value is longer than the limit"u8);
        }

        return isGood;
    }

    private void Refuse(ErrorCode code, ReadOnlySpan<byte> text)
    {
        _result.ResetWrittenCount();
        ResultWriter.WriteError(_result, code, text);
    }

    private static int CountItems(ReadOnlySpan<byte> items)
    {
        var count = 0;
        foreach (var _ in new PackedList(items))
        {
            count++;
        }

        return count;
    }
}
