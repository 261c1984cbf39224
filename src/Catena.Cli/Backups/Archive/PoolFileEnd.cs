using System.Buffers;
using Catena.Core.Primitives;
using Catena.Server.Backups;

namespace Catena.Cli.Backups.Archive;

/// <summary>The last block of a pool file: what it was made to hold.</summary>
/// <remarks>LSN as two u64; complete u64; keys u64; entries u64; blocks u64; CRC-32C u32 of all bytes of the file before this block.</remarks>
/// <param name="Through">Of a log: its last entry. Of a snapshot: the header's LSN.</param>
/// <param name="Complete">Of a snapshot: the state is exact only with the log up to this sequence; it was read while writes went on. 0 of a log.</param>
/// <param name="Keys">How many keys a snapshot holds.</param>
/// <param name="Entries">How many entries a log holds.</param>
/// <param name="Blocks">How many blocks precede this one.</param>
/// <param name="Checksum">The CRC-32C of what precedes it.</param>
internal sealed record PoolFileEnd(Lsn Through, ulong Complete, ulong Keys, ulong Entries, ulong Blocks, uint Checksum)
{
    /// <summary>The bytes of the whole block.</summary>
    public const int BlockLength = Block.HeaderLength + 52;

    /// <summary>Writes it as a block.</summary>
    public void WriteTo(IBufferWriter<byte> writer)
    {
        var payload = new ArrayBufferWriter<byte>(64);
        payload.WriteUInt64(Through.Epoch.Value);
        payload.WriteUInt64(Through.Sequence);
        payload.WriteUInt64(Complete);
        payload.WriteUInt64(Keys);
        payload.WriteUInt64(Entries);
        payload.WriteUInt64(Blocks);
        payload.WriteUInt32(Checksum);
        Block.Write(writer, BlockKind.End, payload.WrittenSpan);
    }

    /// <summary>Reads a block's payload.</summary>
    /// <exception cref="InvalidDataException">It is malformed.</exception>
    public static PoolFileEnd Read(ReadOnlySpan<byte> payload)
    {
        var reader = new ByteReader(payload);
        var through = new Lsn(new Epoch(reader.ReadUInt64()), reader.ReadUInt64());
        var end = new PoolFileEnd(through, reader.ReadUInt64(), reader.ReadUInt64(), reader.ReadUInt64(), reader.ReadUInt64(), reader.ReadUInt32());
        return reader.IsAtEnd ? end : throw new InvalidDataException("its end is malformed");
    }
}
