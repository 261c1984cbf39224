namespace Catena.Simulation.Disks;

/// <summary>A change of a file that is not yet durable.</summary>
/// <param name="Offset">Where the bytes go; with <paramref name="Bytes" /> null, the file's new length.</param>
/// <param name="Bytes">What was written; null for a change of length.</param>
internal sealed record PendingChange(long Offset, byte[]? Bytes)
{
    /// <summary>Carries it out.</summary>
    public void Apply(PagedBytes target)
    {
        if (Bytes is null)
        {
            target.SetLength(Offset);
        }
        else
        {
            target.Write(Offset, Bytes);
        }
    }
}
