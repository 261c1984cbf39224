using System.Buffers;
using Catena.Core.Primitives;

namespace Catena.Server.Backups;

/// <summary>What a whole answer ends with.</summary>
/// <remarks>LSN as two u64; keys u64; entries u64.</remarks>
/// <param name="Through">The last entry that the answer covers: snapshot and entries together give the state exactly there.</param>
/// <param name="Keys">How many keys its pieces held.</param>
/// <param name="Entries">How many entries it held.</param>
public sealed record StreamEnd(Lsn Through, ulong Keys, ulong Entries)
{
    /// <summary>Writes it as a block.</summary>
    public void WriteTo(IBufferWriter<byte> writer)
    {
        var payload = new ArrayBufferWriter<byte>(64);
        payload.WriteUInt64(Through.Epoch.Value);
        payload.WriteUInt64(Through.Sequence);
        payload.WriteUInt64(Keys);
        payload.WriteUInt64(Entries);
        Block.Write(writer, BlockKind.End, payload.WrittenSpan);
    }

    /// <summary>Reads a block's payload.</summary>
    /// <exception cref="InvalidDataException">It is malformed.</exception>
    public static StreamEnd Read(ReadOnlySpan<byte> payload)
    {
        var reader = new ByteReader(payload);
        var through = new Lsn(new Epoch(reader.ReadUInt64()), reader.ReadUInt64());
        var end = new StreamEnd(through, reader.ReadUInt64(), reader.ReadUInt64());
        return reader.IsAtEnd ? end : throw new InvalidDataException("the end of an answer is malformed");
    }
}
