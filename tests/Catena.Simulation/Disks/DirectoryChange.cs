namespace Catena.Simulation.Disks;

/// <summary>A change of the directory that is not yet durable; it survives whole or not at all.</summary>
/// <param name="Removed">The name that disappears; null for none.</param>
/// <param name="Added">The name that appears, in place of whatever had it; null for none.</param>
/// <param name="Inode">The file that <paramref name="Added" /> then names.</param>
internal sealed record DirectoryChange(string? Removed, string? Added, Inode? Inode)
{
    /// <summary>Carries it out.</summary>
    public void Apply(SortedDictionary<string, Inode> names)
    {
        if (Removed is not null)
        {
            names.Remove(Removed);
        }

        if (Added is not null)
        {
            names[Added] = Inode!;
        }
    }
}
