namespace Catena.Simulation.Faults;

/// <summary>Whoever looks after the coordinator's contents: knows which mishaps the system promises to stand, and rebuilds the tree.</summary>
public interface IMetadataOperator
{
    /// <summary>Whether the system promises to stand that the tree is emptied now.</summary>
    bool MayWipe();

    /// <summary>Whether the system promises to stand that the coordinator goes back to a backup.</summary>
    /// <param name="backup">What <see cref="Coordination.SimulatedCoordinator.Backup" /> gave.</param>
    bool MayRestore(object backup);

    /// <summary>Rebuilds the tree from what the nodes know, where all of them answer.</summary>
    /// <returns>Whether it is done.</returns>
    bool TryRecover();
}
