using System.Buffers;
using Catena.Core.Commands;
using Catena.Core.Primitives;

namespace Catena.Storage.Partitions;

/// <summary>Collects the entries of one piece of a snapshot.</summary>
/// <remarks>Each thread keeps one for its next piece: as many pieces as a state has are too much to allocate, least of all while clients are served.</remarks>
internal sealed class SnapshotWriter : IEntryVisitor
{
    private const int LargestKept = 4 << 20;

    [ThreadStatic]
    private static SnapshotWriter? _spare;

    private readonly ArrayBufferWriter<byte> _chunk = new(64 * 1024);
    private byte[] _last = new byte[256];
    private int _lastLength;

    private SnapshotWriter()
    {
    }

    /// <summary>One that has collected nothing.</summary>
    internal static SnapshotWriter Take()
    {
        var writer = _spare ?? new SnapshotWriter();
        _spare = null;
        writer._chunk.ResetWrittenCount();
        writer._chunk.WriteUInt32(0);
        writer._lastLength = 0;
        return writer;
    }

    /// <summary>Gives it back.</summary>
    internal void Return() => _spare = _chunk.Capacity > LargestKept ? null : this;

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
