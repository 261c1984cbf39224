using Catena.Core.Primitives;

namespace Catena.Simulation.Checkers;

/// <summary>What an <see cref="InvariantChecker" /> last saw of one replica.</summary>
internal sealed class ReplicaMemory
{
    /// <summary>The process it was in.</summary>
    public ulong Incarnation { get; set; }

    /// <summary>Its epoch.</summary>
    public Epoch Epoch { get; set; }

    /// <summary>Its committed watermark.</summary>
    public Lsn Committed { get; set; }

    /// <summary>Its applied watermark.</summary>
    public Lsn Applied { get; set; }

    /// <summary>Its committed entries have been compared up to this sequence.</summary>
    public ulong Compared { get; set; }

    /// <summary>As the serving first member of <see cref="HeldEpoch" />, it was seen to hold all committed entries up to this sequence.</summary>
    public ulong Held { get; set; }

    /// <summary>The epoch that <see cref="Held" /> is about.</summary>
    public Epoch HeldEpoch { get; set; }
}
