using Catena.Core.Primitives;

namespace Catena.Core.Replication.Membership;

/// <summary>A configuration that has been proposed and whose outcome is open.</summary>
/// <param name="Next">The proposed configuration.</param>
/// <param name="Added">The learner that it promotes; none for other changes.</param>
internal sealed record Proposal(Configuration Next, NodeId Added);
