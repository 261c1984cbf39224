namespace Catena.Faults.Faults;

/// <summary>What a fault strikes; two faults of one area are not struck at the same time.</summary>
internal enum FaultArea
{
    /// <summary>Processes of nodes.</summary>
    Processes,

    /// <summary>The network.</summary>
    Network,

    /// <summary>A disk.</summary>
    Disk,

    /// <summary>The coordinator.</summary>
    Coordinator,
}
