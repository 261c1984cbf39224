using System.Buffers.Binary;
using Catena.Core.Primitives;

namespace Catena.Server.Peers.Wire;

/// <summary>What the dialling node says first.</summary>
/// <remarks>
/// On the wire, little-endian: magic "CtnH", version (2 bytes), lane, zero, the cluster's UUID (16), the dialling node, the node it means
/// to reach, its incarnation (8 each), CRC-32C of all before it. The first six bytes stay the same in every version.
/// </remarks>
/// <param name="Version">The version of the peer protocol.</param>
/// <param name="Lane">What the connection is for.</param>
/// <param name="ClusterId">The dialling node's cluster.</param>
/// <param name="From">The dialling node.</param>
/// <param name="To">Whom it means to reach.</param>
/// <param name="Incarnation">The dialling node's life.</param>
internal readonly record struct Hello(ushort Version, PeerLane Lane, Guid ClusterId, NodeId From, NodeId To, ulong Incarnation)
{
    /// <summary>The version of the protocol that this program speaks; raised with every change of what peers say to each other.</summary>
    public const ushort CurrentVersion = 2;

    /// <summary>How many bytes a hello has.</summary>
    public const int Size = 52;

    private const int ChecksumAt = Size - sizeof(uint);

    private static ReadOnlySpan<byte> Magic => "CtnH"u8;

    /// <summary>Writes the hello.</summary>
    /// <param name="target">At least <see cref="Size" /> bytes.</param>
    public void Write(Span<byte> target)
    {
        Magic.CopyTo(target);
        BinaryPrimitives.WriteUInt16LittleEndian(target[4..], Version);
        target[6] = (byte)Lane;
        target[7] = 0;
        _ = ClusterId.TryWriteBytes(target[8..], bigEndian: true, out _);
        BinaryPrimitives.WriteUInt64LittleEndian(target[24..], From.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(target[32..], To.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(target[40..], Incarnation);
        BinaryPrimitives.WriteUInt32LittleEndian(target[ChecksumAt..], Crc32C.Compute(target[..ChecksumAt]));
    }

    /// <summary>Reads a hello.</summary>
    /// <param name="source">Exactly <see cref="Size" /> bytes.</param>
    /// <returns>The hello, of whatever version, or null where the bytes are none. Of another version only <see cref="Version" /> counts.</returns>
    public static Hello? TryRead(ReadOnlySpan<byte> source)
    {
        if (source.Length != Size || !source.StartsWith(Magic))
        {
            return null;
        }

        var version = BinaryPrimitives.ReadUInt16LittleEndian(source[4..]);
        if (version == CurrentVersion
            && BinaryPrimitives.ReadUInt32LittleEndian(source[ChecksumAt..]) != Crc32C.Compute(source[..ChecksumAt]))
        {
            return null;
        }

        return new Hello(
            version,
            (PeerLane)source[6],
            new Guid(source[8..24], bigEndian: true),
            new NodeId(BinaryPrimitives.ReadUInt64LittleEndian(source[24..])),
            new NodeId(BinaryPrimitives.ReadUInt64LittleEndian(source[32..])),
            BinaryPrimitives.ReadUInt64LittleEndian(source[40..]));
    }
}
