namespace Catena.Simulation.Faults;

/// <summary>Whoever looks after the coordinator's contents: knows which mishaps the system promises to stand, and rebuilds the tree.</summary>
public interface IMetadataOperator
{
    /// <summary>Whether the system promises to stand that the tree is emptied now.</summary>
    bool MayWipe();

    /// <summary>Whether the system promises to stand that the coordinator goes back to a backup.</summary>
    /// <param name="backup">What <see cref="Coordination.SimulatedCoordinator.Backup" /> gave.</param>
    bool MayRestore(object backup);

    /// <summary>Rebuilds the tree from what the nodes know, as far as that is safe now.</summary>
    /// <param name="acceptsAbsence">Whether nodes that are down are given up, where nothing can be lost by that; otherwise they are waited for.</param>
    /// <returns>Whether it is done.</returns>
    bool TryRecover(bool acceptsAbsence);
}
