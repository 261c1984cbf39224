using System.Buffers;
using System.Text;
using Catena.Core.Data;
using Catena.Core.Primitives;

namespace Catena.Server.Partitions;

/// <summary>Encoded refusals, made once.</summary>
internal static class Refusals
{
    internal static readonly byte[] NotMine = Encode(ErrorCode.NotMine, "this node does not serve the partition"u8);
    internal static readonly byte[] AskFirst = Encode(ErrorCode.AskFirst, "the partition's first member has to see to this read"u8);
    internal static readonly byte[] TooStale = Encode(ErrorCode.TryAgain, "no copy within reach is known to be as new as was asked for"u8);
    internal static readonly byte[] NotEnoughReplicas = Encode(ErrorCode.NotEnoughReplicas, "Not enough good replicas to write."u8);
    internal static readonly byte[] ReadOnly = Encode(ErrorCode.ReadOnly, "the node's disk is full: it takes reads and deletes only"u8);
    internal static readonly byte[] OutOfMemory = Encode(ErrorCode.OutOfMemory, "the node's memory is at its limit: it takes reads and deletes only"u8);
    internal static readonly byte[] Busy = Encode(ErrorCode.Busy, "too many commands wait for the partition"u8);
    internal static readonly byte[] NoLease = Encode(ErrorCode.TryAgain, "the reader's leases have run out and were not renewed in time"u8);
    internal static readonly byte[] Undecided = Encode(ErrorCode.TryAgain, "the key has a write that cannot be committed with so few members"u8);
    internal static readonly byte[] DamagedHere = Encode(ErrorCode.TryAgain, "what the command needs is damaged on this node, and no other copy is within reach for now"u8);
    internal static readonly byte[] Forgotten = Encode(ErrorCode.Forgotten, "the outcome of this retried request is no longer kept"u8);
    internal static readonly byte[] TooLarge = Encode(ErrorCode.ValueTooLong, "the command's changes are larger than one log entry can be"u8);
    internal static readonly byte[] NoPartition = Encode(ErrorCode.ClusterDown, "the partition has no configuration yet"u8);
    internal static readonly byte[] TimedOut = Encode(ErrorCode.TryAgain, "the partition did not answer in time; nothing happened"u8);
    internal static readonly byte[] Locked = Encode(ErrorCode.TryAgain, "a transaction that is not decided yet holds the key; nothing happened"u8);
    internal static readonly byte[] TooManyTransactions = Encode(ErrorCode.Busy, "too many transactions are under way on this node; nothing happened"u8);
    internal static readonly byte[] TransactionOver = Encode(ErrorCode.Aborted, "the transaction has ended"u8);
    internal static readonly byte[] OutcomeUnknown = Encode(ErrorCode.OutcomeUnknown, "it may have been carried out, now or a little later"u8);

    /// <summary>The refusal of a node whose copy is the only one.</summary>
    internal static byte[] Damaged(NodeId node) =>
        Encode(ErrorCode.Damaged, Encoding.ASCII.GetBytes($"the value of this key is damaged on node {node} and no other copy is left; writing it anew, or deleting it, heals it"));

    private static byte[] Encode(ErrorCode code, ReadOnlySpan<byte> text)
    {
        var writer = new ArrayBufferWriter<byte>();
        ResultWriter.WriteError(writer, code, text);
        return writer.WrittenSpan.ToArray();
    }
}
