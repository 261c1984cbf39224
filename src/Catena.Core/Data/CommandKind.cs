namespace Catena.Core.Data;

/// <summary>What a command does to the keys of one partition. Part of the peer protocol: values are never changed or reused.</summary>
public enum CommandKind : byte
{
    /// <summary>The value of <see cref="Command.Key" />: a value or nil.</summary>
    Get = 1,

    /// <summary>The values of <see cref="Command.Items" />, which are keys: a list.</summary>
    GetMany = 2,

    /// <summary>How many of <see cref="Command.Items" />, which are keys, exist, counting repetitions: an integer.</summary>
    Exists = 3,

    /// <summary>The length of the value of <see cref="Command.Key" />, 0 where absent: an integer.</summary>
    Length = 4,

    /// <summary>
    /// When <see cref="Command.Key" /> expires, in milliseconds since 1970 UTC; −1 where it never does, −2 where it is absent: an
    /// integer.
    /// </summary>
    ExpiryTime = 5,

    /// <summary>
    /// Keys from slot <see cref="Command.Number" /> on, whole slots at a time, about <see cref="Command.Limit" /> of them, that match
    /// the glob pattern in <see cref="Command.Value" /> where that is not empty: a page.
    /// </summary>
    Scan = 6,

    /// <summary>How many keys of the table the partition holds: an integer.</summary>
    Count = 7,

    /// <summary>What stands at <see cref="Command.Items" />, which are stored keys: entries; with <see cref="CommandFlags.WithoutValues" /> without the values.</summary>
    Look = 8,

    /// <summary>
    /// What stands in a range of stored keys: the first and the first beyond it are the <see cref="Command.Items" />; at most <see cref="Command.Limit" /> entries of the table, or
    /// fewer where much else lies between: a range. With <see cref="CommandFlags.WithoutValues" /> without the values. Where <see cref="Command.Value" /> is a transaction's id, that transaction's locks
    /// are not in the way.
    /// </summary>
    LookRange = 9,

    /// <summary>
    /// Puts <see cref="Command.Value" /> at <see cref="Command.Key" />, under the conditions of the flags: ok, nil where a condition
    /// failed; with <see cref="CommandFlags.ReturnOld" /> the old value or nil.
    /// </summary>
    Put = 16,

    /// <summary>Puts all pairs of <see cref="Command.Items" /> at once: ok; with <see cref="CommandFlags.IfAbsent" /> an integer, 1 or 0.</summary>
    PutMany = 17,

    /// <summary>Deletes <see cref="Command.Items" />, which are keys: an integer, how many there were.</summary>
    Delete = 18,

    /// <summary>Deletes <see cref="Command.Key" />: its old value or nil.</summary>
    TakeOut = 19,

    /// <summary>Adds <see cref="Command.Number" /> to the decimal integer at <see cref="Command.Key" />: an integer.</summary>
    Increment = 20,

    /// <summary>Adds the decimal number in <see cref="Command.Value" /> to the one at <see cref="Command.Key" />: a value, the sum.</summary>
    IncrementFloat = 21,

    /// <summary>Appends <see cref="Command.Value" /> to the value at <see cref="Command.Key" />: an integer, the new length.</summary>
    Append = 22,

    /// <summary>
    /// Sets when <see cref="Command.Key" /> expires (<see cref="Command.Deadline" />, 0 for never) under the conditions of the flags: an
    /// integer, 1 or 0; with <see cref="CommandFlags.ReturnOld" /> its value or nil.
    /// </summary>
    Expire = 23,

    /// <summary>Deletes every key of the table in the partition: ok.</summary>
    Clear = 24,

    /// <summary>
    /// Writes <see cref="Command.Value" /> over the value at <see cref="Command.Key" /> from byte <see cref="Command.Number" /> on, with zeros
    /// between its end and there; an empty one changes nothing: an integer, the new length.
    /// </summary>
    PutRange = 25,

    /// <summary>
    /// Carries out the operations of <see cref="Command.Items" /> (<see cref="BitFieldOperation" />) on the bits of the value at
    /// <see cref="Command.Key" />, all in one: a list of their results, each eight bytes, little-endian, or nil where the operation's overflow rule
    /// left its field as it was.
    /// </summary>
    EditBits = 26,

    /// <summary>
    /// Combines the values of <see cref="Command.Items" />, which are keys, bit by bit by the <see cref="BitOperator" /> that is
    /// <see cref="Command.Number" />, and puts the result at <see cref="Command.Key" />, or deletes that key where all are empty: an integer, the length.
    /// </summary>
    CombineBits = 27,

    /// <summary>
    /// Moves the value at <see cref="Command.Key" /> and its expiry time to the key that is <see cref="Command.Value" />: an integer, 1, or 0 where
    /// <see cref="CommandFlags.IfAbsent" /> is set and there is a value already; nil where there is nothing to move.
    /// </summary>
    Move = 28,

    /// <summary>
    /// Copies the value at <see cref="Command.Key" /> and its expiry time to the key that is <see cref="Command.Value" />: an integer, 1, or 0 where there
    /// is nothing to copy, or with <see cref="CommandFlags.IfAbsent" /> a value already.
    /// </summary>
    Copy = 29,

    /// <summary>
    /// Puts all pairs of <see cref="Command.Items" /> at once, whatever was there before; keys are stored keys of the default table: ok.
    /// </summary>
    PutEach = 30,

    /// <summary>
    /// Carries out the <see cref="Transactions.TransactionProgram" /> in <see cref="Command.Items" />, whose keys are all in the partition: results; nil where a watched
    /// key has another version.
    /// </summary>
    Transact = 40,

    /// <summary>
    /// Prepares the <see cref="Transactions.TransactionPart" /> in <see cref="Command.Items" />: an integer, a <see cref="Transactions.TransactionVerdict" />; where the part
    /// <see cref="Transactions.PartFlags.Locks" /> and has been prepared, the entries of what it reads.
    /// </summary>
    Prepare = 41,

    /// <summary>
    /// Decides, at the home partition, whether the transaction of the <see cref="Transactions.TransactionPart" /> in <see cref="Command.Items" /> is committed or aborted
    /// (<see cref="Command.Number" />); what was decided before stands, and to want none only asks for that: an integer, a <see cref="Transactions.TransactionVerdict" />.
    /// </summary>
    Decide = 42,

    /// <summary>
    /// Carries out at a participant what was decided (<see cref="Command.Number" />) on the transaction whose id is <see cref="Command.Value" />, if it is prepared here: ok.
    /// </summary>
    Finish = 43,

    /// <summary>Forgets what was decided on the transaction whose id is <see cref="Command.Value" />: nobody will ask any more: ok.</summary>
    Forget = 44,

    /// <summary>
    /// Deletes every key of the table in the partition, and leaves a record there that it is dropped: from then on every command of the table is refused; done already where
    /// the record is there: ok.
    /// </summary>
    DropTable = 45,

    /// <summary>
    /// Begins a transaction whose commands come one by one, at the node that is asked; with <see cref="CommandFlags.Locking" /> one that locks before it reads. Where <see cref="Command.Value" /> is the handle of
    /// an earlier one that others were in the way of, it has that one's age: a value, its handle. This and those that follow concern no partition and never leave the node.
    /// </summary>
    Begin = 60,

    /// <summary>Carries out the command in <see cref="Command.Items" /> in the transaction with the handle in <see cref="Command.Value" />: that command's result.</summary>
    Continue = 61,

    /// <summary>Commits the transaction with the handle in <see cref="Command.Value" />, open on this node or prepared: ok.</summary>
    Commit = 62,

    /// <summary>Gives the transaction with the handle in <see cref="Command.Value" /> up, open on this node or prepared: ok.</summary>
    Rollback = 63,

    /// <summary>
    /// Prepares the transaction with the handle in <see cref="Command.Value" />: from then on only whoever has its new handle, which is the result, commits it or rolls it back, at any node: a value.
    /// </summary>
    PrepareToCommit = 64,
}
