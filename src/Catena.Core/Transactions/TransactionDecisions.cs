using System.Buffers;
using Catena.Core.Commands.Deciding;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Primitives;

namespace Catena.Core.Transactions;

/// <summary>What a partition decides of transactions: all in the one log entry that its decision becomes.</summary>
/// <remarks>
/// Two-phase commit with the decision at one of the participants (Gray and Lamport, "Consensus on transaction commit", TODS 31(1), 2006, section 2, with each participant and the decision
/// replicated by its partition). Whoever has the locks of others in its way does not come here (<see cref="LockTable" />). Everything may be asked
/// twice, by anybody: what was decided first stands, what has been done already is not done again.
/// </remarks>
internal static class TransactionDecisions
{
    /// <summary>Why a key is refused.</summary>
    internal static ReadOnlySpan<byte> OtherPartition => "a key belongs to another partition"u8;

    private static ReadOnlySpan<byte> Malformed => "the transaction is malformed"u8;

    /// <summary>Whether a stored key may be a client's and belongs to the partition.</summary>
    internal static bool IsOfPartition(ReadOnlySpan<byte> storedKey, SlotRange slots) =>
        storedKey.Length is > StoredKey.PrefixLength and <= StoredKey.MaxLength
        && slots.Contains(new HashSlot(StoredKey.Slot(storedKey)))
        && !StoredKey.IsSystem(storedKey);

    /// <summary>Carries a whole transaction out.</summary>
    internal static void Transact(Decision decision, in Command command, SlotRange slots, ProgramRunner runner)
    {
        var keys = new KeyCheck(decision, slots);
        if (!TransactionProgram.TryRead(command.Items, out var program))
        {
            decision.Refuse(ErrorCode.BadRequest, Malformed);
            return;
        }

        program.VisitKeys(ref keys);
        if (!keys.IsGood)
        {
            decision.Refuse(ErrorCode.BadRequest, OtherPartition);
            return;
        }

        if (keys.IsOfDropped)
        {
            decision.RefuseTable();
            return;
        }

        switch (decision.Run(runner, program))
        {
            case ProgramOutcome.Ran:
                ResultWriter.WriteResults(decision.Result, runner.Count, runner.Results);
                break;
            case ProgramOutcome.Unmet:
                ResultWriter.WriteNil(decision.Result);
                break;
            default:
                decision.Result.Write(runner.Results);
                break;
        }
    }

    /// <summary>Prepares a part: from then on it is for the home partition to say what happens.</summary>
    internal static void Prepare(Decision decision, in Command command, SlotRange slots)
    {
        if (!TryReadPart(decision, command, slots, out var part) || IsDecided(decision, slots, part.Id))
        {
            return;
        }

        if (IsOfDropped(decision, part, slots))
        {
            decision.RefuseTable();
            return;
        }

        if ((part.Flags & PartFlags.Locks) != 0)
        {
            AnswerEntries(decision, part);
        }
        else if (HaveChanged(decision, part))
        {
            decision.Answer((long)TransactionVerdict.Conflict);
            return;
        }
        else
        {
            decision.Answer((long)TransactionVerdict.Prepared);
        }

        Span<byte> key = stackalloc byte[TransactionKeys.Length];
        TransactionKeys.WritePrepared(key, slots, part.Id);
        decision.PutStored(key, command.Items);
        decision.Puts = true;
    }

    /// <summary>Decides on a transaction, whose home partition this is.</summary>
    internal static void Decide(Decision decision, in Command command, SlotRange slots)
    {
        if (!TryReadPart(decision, command, slots, out var part) || IsDecided(decision, slots, part.Id))
        {
            return;
        }

        if (command.Number == (long)TransactionVerdict.None)
        {
            decision.Answer((long)TransactionVerdict.None);
            return;
        }

        Span<byte> key = stackalloc byte[TransactionKeys.Length];
        TransactionKeys.WritePrepared(key, slots, part.Id);
        var commits = command.Number == (long)TransactionVerdict.Committed;
        var usesPrepared = (part.Flags & PartFlags.UsesPrepared) != 0;
        var others = part.Others;
        var isExternal = false;
        if (commits && !usesPrepared && IsOfDropped(decision, part, slots))
        {
            decision.RefuseTable();
            return;
        }

        // A late copy of the same request could find everything as it was read, a key that was absent once more, say: what is recorded is not decided twice.
        commits &= usesPrepared || !HaveChanged(decision, part);
        var isPrepared = decision.FindStored(key, withValue: true);
        if (isPrepared)
        {
            Invariant.Holds(TransactionPart.TryRead(decision.Old, out var prepared), "the record of a prepared transaction is malformed");
            isExternal = (prepared.Flags & PartFlags.External) != 0;
            if (isExternal && (part.Flags & (PartFlags.UsesPrepared | PartFlags.Forced)) == 0)
            {
                // Somebody outside the cluster will say.
                decision.Answer((long)TransactionVerdict.Prepared);
                return;
            }

            others = usesPrepared || others.Length == 0 ? prepared.Others : others;
            decision.Take(commits && usesPrepared && isExternal ? prepared.Writes : default);
            decision.Puts |= commits && usesPrepared && isExternal;
        }

        if (usesPrepared && !isExternal)
        {
            // It was decided and forgotten long ago, or never prepared, or not for him who asks.
            decision.Answer((long)TransactionVerdict.None);
            return;
        }

        if (isPrepared)
        {
            decision.DeleteStored(key);
        }

        if (commits && !usesPrepared)
        {
            decision.Take(part.Writes);
            decision.Puts = true;
        }

        var verdict = commits ? TransactionVerdict.Committed : TransactionVerdict.Aborted;
        if ((part.Flags & PartFlags.Alone) == 0)
        {
            var record = new ArrayBufferWriter<byte>(64);
            new TransactionDecision(verdict, others, isExternal).Write(record);
            TransactionKeys.WriteDecision(key, slots, part.Id);
            decision.PutStored(key, record.WrittenSpan);
        }

        decision.Answer((long)verdict);
    }

    /// <summary>Carries out at a participant what was decided. The space it takes was taken when it prepared, so it may use what is held back.</summary>
    internal static void Finish(Decision decision, in Command command, SlotRange slots)
    {
        if (!TryReadId(decision, command, out var id))
        {
            return;
        }

        Span<byte> key = stackalloc byte[TransactionKeys.Length];
        TransactionKeys.WritePrepared(key, slots, id);
        ResultWriter.WriteOk(decision.Result);
        if (decision.FindStored(key, withValue: true))
        {
            Invariant.Holds(TransactionPart.TryRead(decision.Old, out var part), "the record of a prepared transaction is malformed");
            decision.Take(command.Number == (long)TransactionVerdict.Committed ? part.Writes : default);
            decision.DeleteStored(key);
        }
    }

    /// <summary>Forgets a decision.</summary>
    internal static void Forget(Decision decision, in Command command, SlotRange slots)
    {
        if (!TryReadId(decision, command, out var id))
        {
            return;
        }

        Span<byte> key = stackalloc byte[TransactionKeys.Length];
        TransactionKeys.WriteDecision(key, slots, id);
        ResultWriter.WriteOk(decision.Result);
        if (decision.FindStored(key, withValue: false))
        {
            decision.DeleteStored(key);
        }
    }

    private static bool TryReadPart(Decision decision, in Command command, SlotRange slots, out TransactionPart part)
    {
        if (!TransactionPart.TryRead(command.Items, out part))
        {
            decision.Refuse(ErrorCode.BadRequest, Malformed);
            return false;
        }

        var isGood = true;
        for (var reads = part.Reads; reads.MoveNext();)
        {
            isGood &= IsOfPartition(reads.Key, slots);
        }

        for (var ranges = part.Ranges; ranges.MoveNext();)
        {
            isGood &= KeyRange.IsOfPartition(ranges.From, ranges.To, ranges.Table, slots);
        }

        for (var writes = new MutationReader(part.Writes); writes.MoveNext();)
        {
            isGood &= IsOfPartition(writes.Current.Key, slots) && writes.Current.Kind != MutationKind.DeletePrefix;
        }

        if (!isGood)
        {
            decision.Refuse(ErrorCode.BadRequest, OtherPartition);
        }

        return isGood;
    }

    /// <summary>Whether a part reads, scans or writes in a table that has been dropped.</summary>
    private static bool IsOfDropped(Decision decision, TransactionPart part, SlotRange slots)
    {
        var isOfDropped = false;
        for (var reads = part.Reads; reads.MoveNext();)
        {
            isOfDropped |= decision.IsDropped(StoredKey.Table(reads.Key), slots);
        }

        for (var ranges = part.Ranges; ranges.MoveNext();)
        {
            isOfDropped |= decision.IsDropped(ranges.Table, slots);
        }

        for (var writes = new MutationReader(part.Writes); writes.MoveNext();)
        {
            isOfDropped |= decision.IsDropped(StoredKey.Table(writes.Current.Key), slots);
        }

        return isOfDropped;
    }

    private static bool TryReadId(Decision decision, in Command command, out TransactionId id)
    {
        var isGood = command.Value.Length == TransactionId.Length;
        id = isGood ? TransactionId.Read(command.Value) : default;
        if (!isGood)
        {
            decision.Refuse(ErrorCode.BadRequest, Malformed);
        }

        return isGood;
    }

    /// <summary>Whether the transaction is decided here, which then is the answer.</summary>
    private static bool IsDecided(Decision decision, SlotRange slots, in TransactionId id)
    {
        Span<byte> key = stackalloc byte[TransactionKeys.Length];
        TransactionKeys.WriteDecision(key, slots, id);
        if (!decision.FindStored(key, withValue: true))
        {
            return false;
        }

        decision.Answer((long)TransactionDecision.Read(decision.Old).Verdict);
        return true;
    }

    private static bool HaveChanged(Decision decision, TransactionPart part)
    {
        for (var reads = part.Reads; reads.MoveNext();)
        {
            decision.FindStored(reads.Key, withValue: false);
            if (decision.OldVersion != reads.Version)
            {
                return true;
            }
        }

        // Every key that was scanned is as it was; so are the ranges if there are not more of them.
        for (var ranges = part.Ranges; ranges.MoveNext();)
        {
            var entries = new RangeEntries(decision, ranges.Table, int.MaxValue) { IsBounded = false };
            entries.Gather(ranges.From, ranges.To, withValues: false);
            if (entries.Count != ranges.Count)
            {
                return true;
            }
        }

        return false;
    }

    private static void AnswerEntries(Decision decision, TransactionPart part)
    {
        var count = 0;
        for (var reads = part.Reads; reads.MoveNext();)
        {
            count++;
        }

        ResultWriter.WriteEntriesStart(decision.Result, decision.Position, count);
        for (var reads = part.Reads; reads.MoveNext();)
        {
            decision.AnswerEntry(reads.Key, withValue: true);
        }
    }

    private struct KeyCheck(Decision decision, SlotRange slots) : Commands.ICommandKeyVisitor
    {
        /// <summary>Whether all keys may be clients' and belong to the partition.</summary>
        internal bool IsGood { get; private set; } = true;

        /// <summary>Whether a key is one of a table that has been dropped.</summary>
        internal bool IsOfDropped { get; private set; }

        public void Visit(ReadOnlySpan<byte> storedKey, Commands.KeyAccess access)
        {
            IsGood &= IsOfPartition(storedKey, slots);
            IsOfDropped |= decision.IsDropped(StoredKey.Table(storedKey), slots);
        }
    }
}
