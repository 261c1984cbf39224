using System.Buffers;
using Catena.Core.Primitives;

namespace Catena.Server.Node;

/// <summary>What a node must not forget when it restarts.</summary>
/// <param name="Incarnation">Its life, one more at each start.</param>
/// <param name="LongestPromise">The longest promise it has ever granted, in nanoseconds: it waits that out after a restart.</param>
internal sealed record NodeRecord(ulong Incarnation, long LongestPromise)
{
    private const byte FormatVersion = 1;

    internal static NodeRecord Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return new NodeRecord(0, 0);
        }

        var reader = new ByteReader(bytes);
        var version = reader.ReadByte();
        var record = new NodeRecord(reader.ReadUInt64(), reader.ReadInt64());
        return version == FormatVersion && reader.IsAtEnd
            ? record
            : throw new FormatException($"A node record of format {version} was found; this build reads format {FormatVersion}.");
    }

    internal byte[] Encode()
    {
        var writer = new ArrayBufferWriter<byte>(17);
        writer.WriteByte(FormatVersion);
        writer.WriteUInt64(Incarnation);
        writer.WriteInt64(LongestPromise);
        return writer.WrittenSpan.ToArray();
    }
}
