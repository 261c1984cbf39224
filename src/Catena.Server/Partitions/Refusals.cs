using System.Text;
using Catena.Core.Data;
using Catena.Core.Primitives;

namespace Catena.Server.Partitions;

/// <summary>Encoded refusals, made once.</summary>
internal static class Refusals
{
    internal static readonly byte[] NotMine = EncodedResults.Error(ErrorCode.NotMine, "this node does not serve the partition"u8);
    internal static readonly byte[] AskFirst = EncodedResults.Error(ErrorCode.AskFirst, "the partition's first member has to see to this read"u8);
    internal static readonly byte[] OneByOne = EncodedResults.Error(ErrorCode.OneByOne, "the partition has keys that are locked"u8);
    internal static readonly byte[] TooStale = EncodedResults.Error(ErrorCode.TryAgain, "no copy within reach is known to be as new as was asked for"u8);
    internal static readonly byte[] NotEnoughReplicas = EncodedResults.Error(ErrorCode.NotEnoughReplicas, "Not enough good replicas to write."u8);
    internal static readonly byte[] ReadOnly = EncodedResults.Error(ErrorCode.ReadOnly, "the node's disk is full: it takes reads and deletes only"u8);
    internal static readonly byte[] OutOfMemory = EncodedResults.Error(ErrorCode.OutOfMemory, "the node's memory is at its limit: it takes reads and deletes only"u8);
    internal static readonly byte[] Busy = EncodedResults.Error(ErrorCode.Busy, "too many commands wait for the partition"u8);
    internal static readonly byte[] NoLease = EncodedResults.Error(ErrorCode.TryAgain, "the reader's leases have run out and were not renewed in time"u8);
    internal static readonly byte[] Undecided = EncodedResults.Error(ErrorCode.TryAgain, "the key has a write that cannot be committed with so few members"u8);
    internal static readonly byte[] DamagedHere = EncodedResults.Error(ErrorCode.TryAgain, "what the command needs is damaged on this node, and no other copy is within reach for now"u8);
    internal static readonly byte[] Forgotten = EncodedResults.Error(ErrorCode.Forgotten, "the outcome of this retried request is no longer kept"u8);
    internal static readonly byte[] TooLarge = EncodedResults.Error(ErrorCode.ValueTooLong, "the command's changes are larger than one log entry can be"u8);
    internal static readonly byte[] NoPartition = EncodedResults.Error(ErrorCode.ClusterDown, "the partition has no configuration yet"u8);
    internal static readonly byte[] TimedOut = EncodedResults.Error(ErrorCode.TryAgain, "the partition did not answer in time; nothing happened"u8);
    internal static readonly byte[] Locked = EncodedResults.Error(ErrorCode.TryAgain, "a transaction that is not decided yet holds the key; nothing happened"u8);
    internal static readonly byte[] TooManyTransactions = EncodedResults.Error(ErrorCode.Busy, "too many transactions are under way on this node; nothing happened"u8);
    internal static readonly byte[] NoTransaction = EncodedResults.Error(ErrorCode.NoTransaction, "there is no such transaction on this node: it has ended, or was begun on another"u8);
    internal static readonly byte[] TransactionOver = EncodedResults.Error(ErrorCode.Aborted, "the transaction has ended"u8);
    internal static readonly byte[] NoSuchTable = EncodedResults.Error(ErrorCode.NoSuchTable, "the table has been dropped"u8);
    internal static readonly byte[] OutcomeUnknown = EncodedResults.Error(ErrorCode.OutcomeUnknown, "it may have been carried out, now or a little later"u8);

    /// <summary>The refusal of a node whose copy is the only one.</summary>
    internal static byte[] Damaged(NodeId node) =>
        EncodedResults.Error(ErrorCode.Damaged, Encoding.ASCII.GetBytes($"the value of this key is damaged on node {node} and no other copy is left; writing it anew, or deleting it, heals it"));
}
