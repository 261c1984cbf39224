namespace Catena.Simulation.Coordination;

/// <summary>One node of the coordinator's tree.</summary>
/// <param name="Data">Its data.</param>
/// <param name="Version">How often the data was set.</param>
/// <param name="Owner">The session it goes with; 0 for none.</param>
/// <param name="CreatedZxid">The transaction that created it.</param>
/// <param name="ModifiedZxid">The transaction that last set its data.</param>
/// <param name="ChildrenZxid">The transaction that last added or removed a child.</param>
/// <param name="NextSequence">The number of the next sequential child.</param>
public sealed record Znode(string Data, int Version, ulong Owner, long CreatedZxid, long ModifiedZxid, long ChildrenZxid, int NextSequence);
