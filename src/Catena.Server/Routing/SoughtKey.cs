using Catena.Server.Partitions;

namespace Catena.Server.Routing;

/// <summary>One key of a run, and what is known of it while the run is looked up.</summary>
internal struct SoughtKey
{
    /// <summary>The key's slot.</summary>
    internal ushort Slot;

    /// <summary>Where its stored form begins in the run's bytes.</summary>
    internal int Start;

    /// <summary>How long that is.</summary>
    internal int Length;

    /// <summary>Its hash.</summary>
    internal uint Hash;

    /// <summary>Where it is looked up.</summary>
    internal PartitionHost? Host;

    /// <summary>Under what that counts.</summary>
    internal ReadPermit Permit;

    /// <summary>How long the output was before its value.</summary>
    internal int Mark;
}
