using Catena.Core.Primitives;

namespace Catena.Storage.Tests.Disks;

/// <summary>A file's bytes as they are, as they were synced, and the writes between.</summary>
internal sealed class MemoryInode
{
    private const int Sector = 512;

    public byte[] Content { get; set; } = [];

    public byte[] Durable { get; set; } = [];

    public List<(long Offset, byte[] Bytes)> Unsynced { get; } = [];

    /// <summary>What the system was told that nobody reads soon.</summary>
    public List<(long Offset, long Length)> Forgotten { get; } = [];

    /// <summary>A place that cannot be read any more; -1 where all can.</summary>
    public long BadPlace { get; set; } = -1;

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        Extend(offset + bytes.Length);
        bytes.CopyTo(Content.AsSpan((int)offset));
        Unsynced.Add((offset, bytes.ToArray()));
    }

    public void Extend(long length)
    {
        if (length > Content.Length)
        {
            var grown = new byte[length];
            Content.CopyTo(grown, 0);
            Content = grown;
        }
    }

    public void Sync()
    {
        if (Durable.Length != Content.Length)
        {
            Durable = (byte[])Content.Clone();
        }

        foreach (var (offset, bytes) in Unsynced)
        {
            Content.AsSpan((int)offset, Math.Min(bytes.Length, Content.Length - (int)offset)).CopyTo(Durable.AsSpan((int)offset));
        }

        Unsynced.Clear();
    }

    public MemoryInode Copy()
    {
        var copy = new MemoryInode { Content = (byte[])Content.Clone(), Durable = (byte[])Durable.Clone() };
        copy.Unsynced.AddRange(Unsynced);
        return copy;
    }

    public MemoryInode Crash(Prng random)
    {
        var content = new byte[random.Chance(0.5) ? Content.Length : Durable.Length];
        Durable.AsSpan(0, Math.Min(Durable.Length, content.Length)).CopyTo(content);
        foreach (var (offset, bytes) in Unsynced)
        {
            var fate = random.Next(3);
            for (long at = offset; at < offset + bytes.Length; at = (at / Sector * Sector) + Sector)
            {
                if (fate == 0 || (fate == 1 && random.Chance(0.5)))
                {
                    continue;
                }

                var end = Math.Min(Math.Min((at / Sector * Sector) + Sector, offset + bytes.Length), content.Length);
                if (end > at)
                {
                    bytes.AsSpan((int)(at - offset), (int)(end - at)).CopyTo(content.AsSpan((int)at));
                }
            }
        }

        return new MemoryInode { Content = content, Durable = (byte[])content.Clone() };
    }
}
