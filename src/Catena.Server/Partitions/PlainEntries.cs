using Catena.Core.Data;
using Catena.Core.Primitives;

namespace Catena.Server.Partitions;

/// <summary>The bodies of entries that only put clients' keys, first in, first out, in one array.</summary>
/// <remarks>Guarded by the partition's lock.</remarks>
internal sealed class PlainEntries
{
    /// <summary>How much memory is kept for the next ones.</summary>
    private const int MostKeptBytes = 64 << 10;

    private readonly Queue<(Lsn Lsn, int Length)> _entries = new();
    private byte[] _bytes = [];
    private int _start;
    private int _end;

    /// <summary>Whether there are none.</summary>
    internal bool IsEmpty => _entries.Count == 0;

    /// <summary>Whether an entry only puts clients' keys.</summary>
    internal static bool Takes(ReadOnlySpan<byte> body)
    {
        var reader = new WriteBodyReader(body);
        while (reader.MoveNext())
        {
            if (reader.Current.Kind != MutationKind.Put || StoredKey.IsSystem(reader.Current.Key))
            {
                return false;
            }
        }

        return reader.IsValid;
    }

    /// <summary>Adds an entry behind all others.</summary>
    internal void Add(Lsn lsn, ReadOnlySpan<byte> body)
    {
        if (_bytes.Length - _end < body.Length)
        {
            MakeRoom(body.Length);
        }

        body.CopyTo(_bytes.AsSpan(_end));
        _end += body.Length;
        _entries.Enqueue((lsn, body.Length));
    }

    /// <summary>Takes the first entry out; its body is valid until the next is added.</summary>
    internal bool TryTake(out Lsn lsn, out ReadOnlySpan<byte> body)
    {
        if (!_entries.TryDequeue(out var first))
        {
            lsn = default;
            body = default;
            return false;
        }

        lsn = first.Lsn;
        body = _bytes.AsSpan(_start, first.Length);
        Drop(first.Length);
        return true;
    }

    /// <summary>Drops entries up to one.</summary>
    internal void DropThrough(ulong sequence)
    {
        while (_entries.TryPeek(out var first) && first.Lsn.Sequence <= sequence)
        {
            _entries.Dequeue();
            Drop(first.Length);
        }
    }

    private void Drop(int length)
    {
        _start += length;
        if (_entries.Count > 0)
        {
            return;
        }

        (_start, _end) = (0, 0);
        if (_bytes.Length > MostKeptBytes)
        {
            // Whoever holds what was taken last holds the array.
            _bytes = [];
        }
    }

    private void MakeRoom(int length)
    {
        var held = _end - _start;
        var target = held + length <= _bytes.Length / 2 ? _bytes : new byte[Math.Max(2 * (held + length), 1024)];
        _bytes.AsSpan(_start, held).CopyTo(target);
        _bytes = target;
        (_start, _end) = (0, held);
    }
}
