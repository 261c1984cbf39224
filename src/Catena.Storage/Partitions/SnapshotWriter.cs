using System.Buffers;
using Catena.Core.Commands;
using Catena.Core.Primitives;

namespace Catena.Storage.Partitions;

/// <summary>Collects the entries of one piece of a snapshot.</summary>
internal sealed class SnapshotWriter : IEntryVisitor
{
    private readonly ArrayBufferWriter<byte> _chunk = new(64 * 1024);
    private byte[] _last = new byte[256];
    private int _lastLength;

    internal SnapshotWriter() => _chunk.WriteUInt32(0);

    /// <inheritdoc />
    public bool Visit(ReadOnlySpan<byte> storedKey, ReadOnlySpan<byte> value, Lsn version, long expiry)
    {
        SnapshotChunk.WriteEntry(_chunk, storedKey, version, expiry, value);
        if (_last.Length < storedKey.Length)
        {
            _last = new byte[storedKey.Length];
        }

        storedKey.CopyTo(_last);
        _lastLength = storedKey.Length;
        return true;
    }

    /// <summary>Seals the piece and writes it out.</summary>
    internal void WriteTo(IBufferWriter<byte> output)
    {
        var destination = output.GetSpan(_chunk.WrittenCount);
        _chunk.WrittenSpan.CopyTo(destination);
        SnapshotChunk.Seal(destination[.._chunk.WrittenCount]);
        output.Advance(_chunk.WrittenCount);
    }

    /// <summary>The first key that can follow the last one collected.</summary>
    internal byte[] NextKey() => [.. _last.AsSpan(0, _lastLength), 0];
}
