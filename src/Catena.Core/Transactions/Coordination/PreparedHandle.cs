using System.Buffers;
using Catena.Core.Primitives;

namespace Catena.Core.Transactions.Coordination;

/// <summary>What somebody outside the cluster needs to decide on a prepared transaction, whatever has become of its coordinator.</summary>
/// <remarks>The id (<see cref="TransactionId.Length" /> bytes), the home partition u16, then the others that take part, each u16.</remarks>
/// <param name="Id">The transaction.</param>
/// <param name="Home">The partition whose log holds the decision.</param>
/// <param name="Others">The others that take part.</param>
public sealed record PreparedHandle(TransactionId Id, PartitionId Home, PartitionId[] Others)
{
    /// <summary>Reads a handle.</summary>
    /// <param name="bytes">What a client sent.</param>
    /// <param name="partitions">How many partitions there are.</param>
    /// <returns>Null where it is none.</returns>
    public static PreparedHandle? TryRead(ReadOnlySpan<byte> bytes, int partitions)
    {
        var reader = new ByteReader(bytes);
        var id = reader.ReadBytes(TransactionId.Length);
        var home = reader.ReadUInt16();
        var others = new List<PartitionId>();
        var isGood = reader.IsValid && home < partitions;
        while (isGood && !reader.IsAtEnd)
        {
            var other = reader.ReadUInt16();
            isGood = reader.IsValid && other < partitions;
            others.Add(new PartitionId(other));
        }

        return isGood && TransactionId.Read(id) is { IsNone: false } known ? new PreparedHandle(known, new PartitionId(home), [.. others]) : null;
    }

    /// <summary>The handle as bytes.</summary>
    public byte[] ToBytes()
    {
        var writer = new ArrayBufferWriter<byte>(64);
        Id.Write(writer.GetSpan(TransactionId.Length));
        writer.Advance(TransactionId.Length);
        writer.WriteUInt16(Home.Value);
        foreach (var other in Others)
        {
            writer.WriteUInt16(other.Value);
        }

        return writer.WrittenSpan.ToArray();
    }
}
