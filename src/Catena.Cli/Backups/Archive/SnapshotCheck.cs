using Catena.Core.Placement;

namespace Catena.Cli.Backups.Archive;

/// <summary>Checks that the keys of a snapshot ascend and are its partition's.</summary>
/// <param name="slots">The partition's slots.</param>
internal sealed class SnapshotCheck(SlotRange slots)
{
    private byte[] _last = new byte[256];
    private int _length;

    /// <summary>How many keys there were.</summary>
    public ulong Count { get; private set; }

    /// <summary>Takes the next key.</summary>
    /// <exception cref="InvalidDataException">It cannot be the next.</exception>
    public void Check(ReadOnlySpan<byte> storedKey)
    {
        if (!LogOverlay.IsKeyOfPartition(storedKey, slots))
        {
            throw new InvalidDataException($"key {Count + 1} is not the partition's");
        }

        if (Count > 0 && storedKey.SequenceCompareTo(_last.AsSpan(0, _length)) <= 0)
        {
            throw new InvalidDataException($"key {Count + 1} is out of order");
        }

        if (_last.Length < storedKey.Length)
        {
            _last = new byte[Math.Max(storedKey.Length, 2 * _last.Length)];
        }

        storedKey.CopyTo(_last);
        _length = storedKey.Length;
        Count++;
    }
}
