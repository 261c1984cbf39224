using System.Buffers;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Core.Transactions;
using Catena.Server.Partitions;

namespace Catena.Server.Tests.Partitions;

/// <summary>The picture of what is prepared, made from what is applied.</summary>
public sealed class PreparedKeysTests
{
    private static readonly SlotRange Slots = new(new HashSlot(0), new HashSlot(HashSlot.Count - 1));
    private static readonly byte[] Written = [0, 0, 0, 0, (byte)'k'];
    private readonly PreparedKeys _keys = new();

    [Fact]
    public void Records_that_are_applied_a_second_time_after_a_snapshot_count_once()
    {
        var decision = Key(TransactionKeys.WriteDecision);
        var prepared = Key(TransactionKeys.WritePrepared);

        Put(decision, Decision());
        Put(decision, Decision());
        Put(prepared, Part());
        Put(prepared, Part());
        Assert.True(_keys.MayBe(Written));

        Delete(decision);
        Delete(decision);
        Delete(prepared);
        Delete(prepared);
        Assert.False(_keys.MayBe(Written));
    }

    private static byte[] Key(KeyWriter write)
    {
        var key = new byte[TransactionKeys.Length];
        write(key, Slots, Id);
        return key;
    }

    private static TransactionId Id => new(5, new NodeId(1), 1, 1);

    private static byte[] Decision()
    {
        var record = new ArrayBufferWriter<byte>();
        new TransactionDecision(TransactionVerdict.Committed, []).Write(record);
        return record.WrittenSpan.ToArray();
    }

    private static byte[] Part()
    {
        var part = new ArrayBufferWriter<byte>();
        TransactionPart.WriteStart(part, Id, PartFlags.None, new PartitionId(1), [], 0);
        TransactionPart.WriteRangesStart(part, 0);
        WriteBody.WriteMutation(part, new Mutation { Kind = MutationKind.Delete, Key = Written });
        return part.WrittenSpan.ToArray();
    }

    private void Put(byte[] key, byte[] value) => _keys.Applied(new Mutation { Kind = MutationKind.Put, Key = key, Value = value });

    private void Delete(byte[] key) => _keys.Applied(new Mutation { Kind = MutationKind.Delete, Key = key });

    private delegate void KeyWriter(Span<byte> key, SlotRange slots, in TransactionId id);
}
