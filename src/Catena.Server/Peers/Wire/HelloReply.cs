using System.Buffers.Binary;
using Catena.Core.Primitives;

namespace Catena.Server.Peers.Wire;

/// <summary>What the dialled node answers to a <see cref="Hello" />; after a refusal it closes the connection.</summary>
/// <remarks>
/// On the wire, little-endian: magic "CtnR", version (2 bytes), refusal, zero, the cluster's UUID (16), the answering node, its
/// incarnation (8 each), CRC-32C of all before it. The first seven bytes stay the same in every version.
/// </remarks>
/// <param name="Version">The version of the peer protocol that the answering node speaks.</param>
/// <param name="Refusal">Why it refuses, or that it does not.</param>
/// <param name="ClusterId">Its cluster.</param>
/// <param name="From">The answering node.</param>
/// <param name="Incarnation">Its life.</param>
internal readonly record struct HelloReply(ushort Version, PeerRefusal Refusal, Guid ClusterId, NodeId From, ulong Incarnation)
{
    /// <summary>How many bytes an answer has.</summary>
    public const int Size = 44;

    private const int ChecksumAt = Size - sizeof(uint);

    private static ReadOnlySpan<byte> Magic => "CtnR"u8;

    /// <summary>Writes the answer.</summary>
    /// <param name="target">At least <see cref="Size" /> bytes.</param>
    public void Write(Span<byte> target)
    {
        Magic.CopyTo(target);
        BinaryPrimitives.WriteUInt16LittleEndian(target[4..], Version);
        target[6] = (byte)Refusal;
        target[7] = 0;
        _ = ClusterId.TryWriteBytes(target[8..], bigEndian: true, out _);
        BinaryPrimitives.WriteUInt64LittleEndian(target[24..], From.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(target[32..], Incarnation);
        BinaryPrimitives.WriteUInt32LittleEndian(target[ChecksumAt..], Crc32C.Compute(target[..ChecksumAt]));
    }

    /// <summary>Reads an answer.</summary>
    /// <param name="source">Exactly <see cref="Size" /> bytes.</param>
    /// <returns>The answer, or null where the bytes are none. Of another version only <see cref="Version" /> and <see cref="Refusal" /> count.</returns>
    public static HelloReply? TryRead(ReadOnlySpan<byte> source)
    {
        if (source.Length != Size || !source.StartsWith(Magic))
        {
            return null;
        }

        var version = BinaryPrimitives.ReadUInt16LittleEndian(source[4..]);
        if (version == Hello.CurrentVersion
            && BinaryPrimitives.ReadUInt32LittleEndian(source[ChecksumAt..]) != Crc32C.Compute(source[..ChecksumAt]))
        {
            return null;
        }

        return new HelloReply(
            version,
            (PeerRefusal)source[6],
            new Guid(source[8..24], bigEndian: true),
            new NodeId(BinaryPrimitives.ReadUInt64LittleEndian(source[24..])),
            BinaryPrimitives.ReadUInt64LittleEndian(source[32..]));
    }
}
