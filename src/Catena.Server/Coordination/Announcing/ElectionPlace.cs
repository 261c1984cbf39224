using Catena.Core.Control;
using Catena.ZooKeeper.Client;

namespace Catena.Server.Coordination.Announcing;

/// <summary>A session's place in the election and the role that goes with it, as of a tree that was read whole over the present connection.</summary>
/// <remarks>
/// A place that is the lowest once stays so while its znode is there, since later ones have higher numbers: so a write that checks the znode is made by the master, or not at all.
/// </remarks>
/// <param name="Client">The session.</param>
/// <param name="SeatPath">The place's znode.</param>
/// <param name="Role">The role.</param>
internal sealed record ElectionPlace(ZooKeeperClient Client, string SeatPath, ClusterRole Role);
