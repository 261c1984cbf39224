namespace Catena.Simulation.Disks;

/// <summary>A change of a file that is not yet durable.</summary>
internal abstract record PendingChange
{
    private PendingChange()
    {
    }

    /// <summary>Carries it out.</summary>
    public abstract void Apply(PagedBytes target);

    /// <summary>Bytes were written.</summary>
    /// <param name="Offset">Where.</param>
    /// <param name="Bytes">What.</param>
    internal sealed record Written(long Offset, byte[] Bytes) : PendingChange
    {
        /// <inheritdoc />
        public override void Apply(PagedBytes target) => target.Write(Offset, Bytes);
    }

    /// <summary>The file was cut or extended.</summary>
    /// <param name="Length">Its new length.</param>
    internal sealed record Resized(long Length) : PendingChange
    {
        /// <inheritdoc />
        public override void Apply(PagedBytes target) => target.SetLength(Length);
    }

    /// <summary>Space was taken for later writes.</summary>
    /// <param name="Length">The length the file has at least.</param>
    internal sealed record Reserved(long Length) : PendingChange
    {
        /// <inheritdoc />
        public override void Apply(PagedBytes target) => target.Reserve(Length);
    }
}
