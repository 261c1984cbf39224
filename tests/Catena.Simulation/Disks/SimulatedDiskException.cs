namespace Catena.Simulation.Disks;

/// <summary>A disk operation failed.</summary>
/// <param name="fault">Why.</param>
/// <param name="name">The file.</param>
public sealed class SimulatedDiskException(DiskFault fault, string name) : Exception($"{fault}: {name}")
{
    /// <summary>Why.</summary>
    public DiskFault Fault { get; } = fault;
}
