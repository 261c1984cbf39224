using System.Buffers;
using System.Text;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Core.Transactions;

namespace Catena.Cli.Tests.Backups;

/// <summary>A transaction that puts one key of a made-up backup, and others elsewhere.</summary>
/// <param name="key">The key.</param>
/// <param name="number">Its number.</param>
/// <param name="isHome">Whether it is decided in the partition of the backup, and not in one of which there is nothing.</param>
internal sealed class SampleTransaction(string key, ulong number, bool isHome)
{
    private static readonly SlotRange Slots = new PartitionMap(1).SlotsOf(new PartitionId(0));

    private readonly TransactionId _id = new(number, new NodeId(1), 1, number);

    /// <summary>The record of a decision to commit.</summary>
    public static string Committed
    {
        get
        {
            var record = new ArrayBufferWriter<byte>();
            new TransactionDecision(TransactionVerdict.Committed, [new PartitionId(3)]).Write(record);
            return Encoding.Latin1.GetString(record.WrittenSpan);
        }
    }

    public string Key => key;

    public string Value => $"transacted{number}";

    public bool IsHome => isHome;

    public bool IsCommitted { get; set; }

    public string PreparedName => Name(TransactionKeys.WritePrepared);

    public string DecisionName => Name(TransactionKeys.WriteDecision);

    private delegate void KeyWriter(Span<byte> destination, SlotRange slots, in TransactionId id);

    public string Part(byte[] storedKey)
    {
        var part = new ArrayBufferWriter<byte>();
        TransactionPart.WriteStart(part, _id, PartFlags.None, new PartitionId((ushort)(isHome ? 0 : 5)), [new PartitionId(3)], 0);
        TransactionPart.WriteRangesStart(part, 0);
        WriteBody.WriteMutation(part, new Mutation { Kind = MutationKind.Put, Key = storedKey, Value = Encoding.Latin1.GetBytes(Value) });
        return Encoding.Latin1.GetString(part.WrittenSpan);
    }

    private string Name(KeyWriter writer)
    {
        var bytes = new byte[TransactionKeys.Length];
        writer(bytes, Slots, _id);
        return "@" + Encoding.Latin1.GetString(bytes);
    }
}
