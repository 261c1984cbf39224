using Catena.Core.Primitives;

namespace Catena.Server.Backups;

/// <summary>Reads blocks one by one from a stream, and verifies each.</summary>
/// <remarks>Not thread-safe. The stream is not disposed.</remarks>
/// <param name="source">The stream, which stands at a block.</param>
/// <param name="checksum">The CRC-32C of what precedes it, where <see cref="Checksum" /> matters.</param>
public sealed class BlockReader(Stream source, uint checksum = 0)
{
    private readonly byte[] _header = new byte[Block.HeaderLength];
    private byte[] _payload = new byte[64 << 10];
    private int _length;

    /// <summary>What the block holds that was read last.</summary>
    public BlockKind Kind { get; private set; }

    /// <summary>Its payload, good until the next is read.</summary>
    public ReadOnlyMemory<byte> Payload => _payload.AsMemory(0, _length);

    /// <summary>The CRC-32C of everything up to the end of the block that was read last.</summary>
    public uint Checksum { get; private set; } = checksum;

    /// <summary>The CRC-32C of everything up to the beginning of the block that was read last.</summary>
    public uint ChecksumBefore { get; private set; } = checksum;

    /// <summary>The bytes read so far.</summary>
    public long Position { get; private set; }

    /// <summary>Reads the next block.</summary>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>False at the end of the stream.</returns>
    /// <exception cref="InvalidDataException">The bytes are no block, or not what was written.</exception>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellation)
    {
        var got = await source.ReadAtLeastAsync(_header, _header.Length, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
        if (got == 0)
        {
            return false;
        }

        if (got < _header.Length || !Block.TryReadHeader(_header, out var kind, out var length))
        {
            throw new InvalidDataException($"at byte {Position} there is no block");
        }

        if (_payload.Length < length)
        {
            _payload = new byte[Math.Max(length, Math.Min(Block.MaxPayload, _payload.Length * 2))];
        }

        got = await source.ReadAtLeastAsync(_payload.AsMemory(0, length), length, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
        if (got < length || !Block.IsIntact(_header, _payload.AsSpan(0, length)))
        {
            throw new InvalidDataException($"the block at byte {Position} is {(got < length ? "torn" : "damaged")}");
        }

        Kind = kind;
        _length = length;
        ChecksumBefore = Checksum;
        Checksum = Crc32C.Extend(Crc32C.Extend(Checksum, _header), Payload.Span);
        Position += Block.HeaderLength + length;
        return true;
    }
}
