using System.Buffers;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Core.Tables;
using Catena.Core.Transactions;

namespace Catena.Core.Commands.Deciding;

/// <summary>One decision in the making: the key that was found last, what is answered, and what changes.</summary>
/// <remarks>Used again for every command; its buffers stay.</remarks>
/// <param name="maxValueBytes">The longest value.</param>
internal sealed class Decision(int maxValueBytes)
{
    private const int KeptScratchBytes = 1 << 20;

    private readonly ArrayBufferWriter<byte> _result = new(64);
    private readonly ArrayBufferWriter<byte> _mutations = new(256);
    private readonly ArrayBufferWriter<byte> _old = new(256);
    private byte[] _scratch = [];
    private byte[] _keyBuffer = new byte[256];
    private IKeyReader _keys = null!;
    private ushort _table;

    /// <summary>The longest value.</summary>
    internal int MaxValueBytes => maxValueBytes;

    /// <summary>Whether records of dropped tables are looked for.</summary>
    internal bool LooksForDropped { get; set; } = true;

    /// <summary>Takes the result.</summary>
    internal IBufferWriter<byte> Result => _result;

    /// <summary>The result so far.</summary>
    internal ReadOnlySpan<byte> WrittenResult => _result.WrittenSpan;

    /// <summary>The mutations so far.</summary>
    internal ReadOnlySpan<byte> Mutations => _mutations.WrittenSpan;

    /// <summary>Whether a value is put.</summary>
    internal bool Puts { get; set; }

    /// <summary>The time.</summary>
    internal long Now { get; private set; }

    /// <summary>The slot of the keys.</summary>
    internal ushort Slot { get; set; }

    /// <summary>The value of the key that was found last; empty where it is absent.</summary>
    internal ReadOnlySpan<byte> Old => _old.WrittenSpan;

    /// <summary>When the key that was found last expires; 0 for never and for an absent one.</summary>
    internal long OldExpiry { get; private set; }

    /// <summary>The version of the key that was found last; zero where it is absent.</summary>
    internal Lsn OldVersion { get; private set; }

    /// <summary>Begins a decision.</summary>
    /// <param name="command">The command.</param>
    /// <param name="keys">The state.</param>
    /// <param name="now">The time.</param>
    internal void Begin(in Command command, IKeyReader keys, long now)
    {
        _result.ResetWrittenCount();
        _mutations.ResetWrittenCount();
        _keys = keys;
        Now = now;
        Slot = command.Slot;
        _table = command.Table;
        Puts = false;
        if (_scratch.Length > KeptScratchBytes)
        {
            _scratch = [];
        }
    }

    /// <summary>Looks a key up. One whose time has passed is absent, and its deletion becomes part of the decision.</summary>
    /// <param name="key">The key.</param>
    /// <returns>Whether it is there.</returns>
    internal bool Find(ReadOnlySpan<byte> key)
    {
        _old.ResetWrittenCount();
        var isThere = _keys.TryRead(Stored(key), _old, out var version, out var expiry);
        return Found(key, isThere, version, expiry);
    }

    /// <summary>Looks a key up as <see cref="Find" /> does, but leaves its value alone: <see cref="Old" /> is empty.</summary>
    /// <param name="key">The key.</param>
    /// <returns>Whether it is there.</returns>
    internal bool FindWithoutValue(ReadOnlySpan<byte> key)
    {
        _old.ResetWrittenCount();
        var isThere = _keys.TryReadVersion(Stored(key), out var version, out var expiry);
        return Found(key, isThere, version, expiry);
    }

    /// <summary>Looks a key up by its stored form. One whose time has passed is absent, and its deletion becomes part of the decision.</summary>
    /// <param name="storedKey">The key in its stored form.</param>
    /// <param name="withValue">Whether <see cref="Old" /> is wanted.</param>
    /// <returns>Whether it is there.</returns>
    internal bool FindStored(ReadOnlySpan<byte> storedKey, bool withValue)
    {
        _old.ResetWrittenCount();
        var isThere = withValue
            ? _keys.TryRead(storedKey, _old, out var version, out var expiry)
            : _keys.TryReadVersion(storedKey, out version, out expiry);
        if (isThere && expiry != 0 && expiry <= Now)
        {
            DeleteStored(storedKey);
            isThere = false;
        }

        if (!isThere)
        {
            _old.ResetWrittenCount();
        }

        (OldVersion, OldExpiry) = isThere ? (version, expiry) : (Lsn.Zero, 0);
        return isThere;
    }

    /// <summary>Whether the state has the record that a table is dropped; of the default table, and of those that cannot be dropped, without a look.</summary>
    /// <param name="table">The table.</param>
    /// <param name="slots">The partition's slots.</param>
    internal bool IsDropped(ushort table, SlotRange slots)
    {
        if (!LooksForDropped || !StoredKey.IsNamed(table))
        {
            return false;
        }

        Span<byte> record = stackalloc byte[TableRecords.Length];
        TableRecords.WriteDropped(record, slots, table);
        return _keys.TryReadVersion(record, out _, out _);
    }

    /// <summary>The last entry whose changes the state has.</summary>
    internal Lsn Position => _keys.Position;

    /// <summary>The last deletion of a key of some slots, or a later position.</summary>
    internal Lsn LastDeletion(ushort first, ushort last) => _keys.LastDeletion(first, last);

    /// <summary>Shows the keys of a range.</summary>
    /// <param name="from">The first stored key.</param>
    /// <param name="to">The first that does not belong to it.</param>
    /// <param name="withValues">Whether values are wanted.</param>
    /// <param name="visitor">Who is shown them.</param>
    internal void Scan(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, bool withValues, IEntryVisitor visitor) => _keys.Scan(from, to, withValues, visitor);

    /// <summary>Adds what stands at a stored key to the entries that are answered.</summary>
    /// <param name="storedKey">The key in its stored form.</param>
    /// <param name="withValue">Whether the value is wanted.</param>
    internal void AnswerEntry(ReadOnlySpan<byte> storedKey, bool withValue)
    {
        if (FindStored(storedKey, withValue))
        {
            ResultWriter.WriteEntry(_result, OldVersion, OldExpiry, Old);
        }
        else
        {
            ResultWriter.WriteNoEntry(_result, _keys.LastDeletion(StoredKey.Slot(storedKey), StoredKey.Slot(storedKey)));
        }
    }

    /// <summary>Runs a transaction's program on the state.</summary>
    internal ProgramOutcome Run(ProgramRunner runner, TransactionProgram program)
    {
        var outcome = runner.Run(program, _keys, Now);
        Puts |= runner.Puts;
        _mutations.Write(outcome == ProgramOutcome.Ran ? runner.Mutations : default);
        return outcome;
    }

    /// <summary>Makes mutations part of the decision that were made before.</summary>
    /// <param name="mutations">The mutations.</param>
    internal void Take(ReadOnlySpan<byte> mutations) => _mutations.Write(mutations);

    /// <summary>Puts a value at a stored key, for good.</summary>
    /// <param name="storedKey">The key.</param>
    /// <param name="value">The value.</param>
    internal void PutStored(ReadOnlySpan<byte> storedKey, ReadOnlySpan<byte> value) =>
        WriteBody.WriteMutation(_mutations, new Mutation { Kind = MutationKind.Put, Key = storedKey, Value = value });

    /// <summary>Deletes a stored key.</summary>
    /// <param name="storedKey">The key.</param>
    internal void DeleteStored(ReadOnlySpan<byte> storedKey) =>
        WriteBody.WriteMutation(_mutations, new Mutation { Kind = MutationKind.Delete, Key = storedKey });

    private bool Found(ReadOnlySpan<byte> key, bool isThere, in Lsn version, long expiry)
    {
        var isExpired = isThere && expiry != 0 && expiry <= Now;
        if (isThere && !isExpired)
        {
            (OldVersion, OldExpiry) = (version, expiry);
            return true;
        }

        if (isExpired)
        {
            Delete(key);
        }

        _old.ResetWrittenCount();
        (OldVersion, OldExpiry) = (Lsn.Zero, 0);
        return false;
    }

    /// <summary>Answers with the value that was found last, or nil.</summary>
    /// <param name="exists">Whether it is there.</param>
    internal void Answer(bool exists)
    {
        if (exists)
        {
            ResultWriter.WriteValue(_result, Old, OldVersion);
        }
        else
        {
            ResultWriter.WriteNil(_result);
        }
    }

    /// <summary>Answers a number.</summary>
    /// <param name="number">The number.</param>
    internal void Answer(long number) => ResultWriter.WriteInteger(_result, number);

    /// <summary>Answers a refusal in place of whatever was answered.</summary>
    /// <param name="code">Its code.</param>
    /// <param name="text">Its text.</param>
    internal void Refuse(ErrorCode code, ReadOnlySpan<byte> text)
    {
        _result.ResetWrittenCount();
        ResultWriter.WriteError(_result, code, text);
    }

    /// <summary>Refuses whatever is asked of a table that has been dropped.</summary>
    internal void RefuseTable() => Refuse(ErrorCode.NoSuchTable, "the table has been dropped"u8);

    /// <summary>Refuses a value that would be longer than the limit.</summary>
    internal void RefuseLength() => Refuse(ErrorCode.ValueTooLong, "string exceeds maximum allowed size"u8);

    /// <summary>Puts a value.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <param name="expiry">When it expires; 0 for never.</param>
    internal void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long expiry) => Write(MutationKind.Put, key, value, expiry);

    /// <summary>Puts a value, or nothing where its time has passed already.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <param name="expiry">When it expires; 0 for never.</param>
    /// <param name="exists">Whether there is a value at present.</param>
    internal void PutOrLetExpire(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long expiry, bool exists)
    {
        if (expiry == 0 || expiry > Now)
        {
            Put(key, value, expiry);
        }
        else if (exists)
        {
            Delete(key);
        }
    }

    /// <summary>Deletes a key.</summary>
    /// <param name="key">The key.</param>
    internal void Delete(ReadOnlySpan<byte> key) => Write(MutationKind.Delete, key, default, 0);

    /// <summary>Deletes every key of the table in <see cref="Slot" />.</summary>
    internal void DeleteSlot() => Write(MutationKind.DeletePrefix, default, default, 0);

    /// <summary>Appends to <see cref="Old" />, so that it can be put.</summary>
    /// <param name="bytes">What is appended.</param>
    internal void AppendToOld(ReadOnlySpan<byte> bytes) => _old.Write(bytes);

    /// <summary>A copy of <see cref="Old" /> to edit, with zeros behind it up to a length; valid until the next call of this or <see cref="Scratch" />.</summary>
    /// <param name="length">The length, at least that of <see cref="Old" />.</param>
    internal Span<byte> EditOld(int length)
    {
        var edited = Scratch(Old.Length, length);
        Old.CopyTo(edited);
        return edited;
    }

    /// <summary>Memory to make a value in; valid until the next call.</summary>
    /// <param name="kept">How many bytes stay as they were after the last call; zeros follow them.</param>
    /// <param name="length">How many bytes are wanted.</param>
    internal Span<byte> Scratch(int kept, int length)
    {
        if (_scratch.Length < length)
        {
            Array.Resize(ref _scratch, length);
        }

        _scratch.AsSpan(kept, length - kept).Clear();
        return _scratch.AsSpan(0, length);
    }

    private void Write(MutationKind kind, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long expiry)
    {
        Puts |= kind == MutationKind.Put;
        WriteBody.WriteMutation(_mutations, new Mutation { Kind = kind, Key = Stored(key), Value = value, Expiry = expiry });
    }

    private ReadOnlySpan<byte> Stored(ReadOnlySpan<byte> key)
    {
        if (_keyBuffer.Length < StoredKey.PrefixLength + key.Length)
        {
            _keyBuffer = new byte[StoredKey.MaxLength];
        }

        var slot = Slot == Command.SeveralSlots ? HashSlot.Of(key).Value : Slot;
        return _keyBuffer.AsSpan(0, StoredKey.Write(_keyBuffer, slot, _table, key));
    }
}
