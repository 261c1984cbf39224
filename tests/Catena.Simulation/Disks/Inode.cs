using Catena.Core.Primitives;

namespace Catena.Simulation.Disks;

/// <summary>A file apart from its name: what readers see, what a loss of power would leave, and the changes between the two.</summary>
internal sealed class Inode
{
    private const int Sector = 512;
    private readonly List<PendingChange> _pending = [];

    /// <summary>What readers see.</summary>
    public PagedBytes Visible { get; private set; } = new();

    /// <summary>What is durable.</summary>
    public PagedBytes Durable { get; } = new();

    /// <summary>How many changes are not durable.</summary>
    public int Pending => _pending.Count;

    /// <summary>How many changes there have ever been: what a sync that begins now will cover.</summary>
    public long TotalChanges { get; private set; }

    /// <summary>How many of the changes that are not durable are among the first <paramref name="total" /> ever made.</summary>
    public int PendingUpTo(long total) => (int)Math.Max(0, Pending - (TotalChanges - total));

    /// <summary>Makes a change that is not yet durable.</summary>
    public void Change(PendingChange change)
    {
        TotalChanges++;
        change.Apply(Visible);
        _pending.Add(change);
    }

    /// <summary>Makes the first changes durable.</summary>
    public void Sync(int count)
    {
        foreach (var change in _pending.Take(count))
        {
            change.Apply(Durable);
        }

        _pending.RemoveRange(0, Math.Min(count, _pending.Count));
    }

    /// <summary>Lets the first changes go the way of a failed sync: readers go on seeing them, and no later sync writes them.</summary>
    public void FailSync(int count, DiskProfile profile, Prng random)
    {
        foreach (var change in _pending.Take(count))
        {
            Survive(change, profile, random);
        }

        _pending.RemoveRange(0, Math.Min(count, _pending.Count));
    }

    /// <summary>Loses power: each change that is not durable is kept, lost or torn.</summary>
    public void LosePower(DiskProfile profile, Prng random)
    {
        foreach (var change in _pending)
        {
            Survive(change, profile, random);
        }

        _pending.Clear();
        Visible = Durable.Clone();
    }

    /// <summary>Turns one bit over, in what is durable and in what readers see.</summary>
    public void Rot(long offset, int bit)
    {
        Flip(Durable, offset, bit);
        Flip(Visible, offset, bit);
    }

    private void Survive(PendingChange change, DiskProfile profile, Prng random)
    {
        var fate = random.NextDouble();
        if (fate < profile.Kept)
        {
            change.Apply(Durable);
        }
        else if (change is not PendingChange.Written written)
        {
            return;
        }
        else if (fate < profile.Kept + profile.Torn)
        {
            Tear(written.Offset, written.Bytes, random.Chance(0.5) ? Sector : PagedBytes.PageSize, random);
        }
        else if (random.Chance(profile.Torn))
        {
            // The length was journaled, the data was not: zeros.
            Durable.SetLength(Math.Max(Durable.Length, written.Offset + written.Bytes.Length));
        }
    }

    private void Tear(long offset, byte[] bytes, int unit, Prng random)
    {
        for (var at = 0; at < bytes.Length;)
        {
            var part = (int)Math.Min(bytes.Length - at, unit - ((offset + at) % unit));
            if (random.Chance(0.5))
            {
                Durable.Write(offset + at, bytes.AsSpan(at, part));
            }

            at += part;
        }
    }

    private static void Flip(PagedBytes bytes, long offset, int bit)
    {
        Span<byte> single = stackalloc byte[1];
        if (bytes.Read(offset, single) == 1)
        {
            single[0] ^= (byte)(1 << bit);
            bytes.Write(offset, single);
        }
    }
}
