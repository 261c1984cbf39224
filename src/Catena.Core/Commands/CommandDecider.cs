using Catena.Core.Commands.Deciding;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Transactions;

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
    private readonly Decision _decision = new(maxValueBytes);
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private ProgramRunner? _runner;

    /// <summary>Whether what is asked of a table is refused once the state has the record that the table is dropped.</summary>
    public bool LooksForDropped
    {
        get => _decision.LooksForDropped;
        init => _decision.LooksForDropped = value;
    }

    /// <summary>The encoded result.</summary>
    public ReadOnlySpan<byte> Result => _decision.WrittenResult;

    /// <summary>The encoded mutations (<see cref="WriteBody" />).</summary>
    public ReadOnlySpan<byte> Mutations => _decision.Mutations;

    /// <summary>Whether anything changes; otherwise the result is that of a read.</summary>
    public bool HasMutations => !_decision.Mutations.IsEmpty;

    /// <summary>Whether the decision only deletes, be it an expired key that was read, so that it may use the space held back for that.</summary>
    public bool FreesSpace => HasMutations && !_decision.Puts;

    /// <summary>Decides one command.</summary>
    /// <param name="command">What is asked; neither a scan nor a count.</param>
    /// <param name="keys">The state.</param>
    /// <param name="now">The wall clock, in milliseconds since 1970 UTC.</param>
    public void Decide(in Command command, IKeyReader keys, long now)
    {
        var decision = _decision;
        decision.Begin(command, keys, now);
        if (!CommandLengths.AreGood(decision, command))
        {
            return;
        }

        if (command.Table != 0 && decision.IsDropped(command.Table, slots) && command.Kind != CommandKind.DropTable)
        {
            decision.RefuseTable();
            return;
        }

        switch (command.Kind)
        {
            case CommandKind.Get: ReadDecisions.Get(decision, command); break;
            case CommandKind.GetMany: ReadDecisions.GetMany(decision, command); break;
            case CommandKind.Exists: ReadDecisions.Exists(decision, command); break;
            case CommandKind.Length: ReadDecisions.Length(decision, command); break;
            case CommandKind.ExpiryTime: ReadDecisions.ExpiryTime(decision, command); break;
            case CommandKind.Put: PutDecisions.Put(decision, command); break;
            case CommandKind.PutMany: PutDecisions.PutMany(decision, command); break;
            case CommandKind.PutEach: PutDecisions.PutEach(decision, command, slots); break;
            case CommandKind.Delete: DeleteDecisions.Delete(decision, command, _seen); break;
            case CommandKind.TakeOut: DeleteDecisions.TakeOut(decision, command); break;
            case CommandKind.Clear: DeleteDecisions.Clear(decision, slots); break;
            case CommandKind.Increment: EditDecisions.Increment(decision, command); break;
            case CommandKind.IncrementFloat: EditDecisions.IncrementFloat(decision, command); break;
            case CommandKind.Append: EditDecisions.Append(decision, command); break;
            case CommandKind.PutRange: EditDecisions.PutRange(decision, command); break;
            case CommandKind.EditBits: BitDecisions.EditBits(decision, command); break;
            case CommandKind.CombineBits: BitDecisions.CombineBits(decision, command); break;
            case CommandKind.Expire: ExpiryDecisions.Expire(decision, command); break;
            case CommandKind.Move: TwoKeyDecisions.Move(decision, command); break;
            case CommandKind.Copy: TwoKeyDecisions.Copy(decision, command); break;
            case CommandKind.Look: ReadDecisions.Look(decision, command, slots); break;
            case CommandKind.LookRange: ReadDecisions.LookRange(decision, command, slots); break;
            case CommandKind.Transact: TransactionDecisions.Transact(decision, command, slots, _runner ??= new ProgramRunner(slots, maxValueBytes)); break;
            case CommandKind.Prepare: TransactionDecisions.Prepare(decision, command, slots); break;
            case CommandKind.Decide: TransactionDecisions.Decide(decision, command, slots); break;
            case CommandKind.Finish: TransactionDecisions.Finish(decision, command, slots); break;
            case CommandKind.DropTable: TableDecisions.Drop(decision, command, slots); break;
            case CommandKind.Forget: TransactionDecisions.Forget(decision, command, slots); break;
            default: decision.Refuse(ErrorCode.BadRequest, "this command is not decided by key"u8); break;
        }
    }
}
