using System.Buffers;
using Catena.Core.Primitives;

namespace Catena.Server.Node;

/// <summary>What a node must not forget when it restarts.</summary>
/// <param name="Incarnation">Its life, one more at each start.</param>
/// <param name="LongestPromise">The longest promise it has ever granted, in nanoseconds: it waits that out after a restart.</param>
/// <param name="ClusterSettings">The settings of its cluster as the coordinator held them, in case the coordinator forgets; empty where none were kept.</param>
internal sealed record NodeRecord(ulong Incarnation, long LongestPromise, ReadOnlyMemory<byte> ClusterSettings)
{
    private const byte WithoutSettings = 1;
    private const byte FormatVersion = 2;

    internal static NodeRecord Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return new NodeRecord(0, 0, default);
        }

        var reader = new ByteReader(bytes);
        var version = reader.ReadByte();
        if (version is not (WithoutSettings or FormatVersion))
        {
            throw new FormatException($"A node record of format {version} was found; this build reads format {FormatVersion}.");
        }

        var record = new NodeRecord(reader.ReadUInt64(), reader.ReadInt64(), version == FormatVersion ? reader.ReadString().ToArray() : default);
        return reader.IsAtEnd ? record : throw new FormatException("A node record is malformed.");
    }

    internal byte[] Encode()
    {
        var writer = new ArrayBufferWriter<byte>(32 + ClusterSettings.Length);
        writer.WriteByte(FormatVersion);
        writer.WriteUInt64(Incarnation);
        writer.WriteInt64(LongestPromise);
        writer.WriteString(ClusterSettings.Span);
        return writer.WrittenSpan.ToArray();
    }
}
