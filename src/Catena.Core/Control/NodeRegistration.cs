using Catena.Core.Placement;
using Catena.Core.Primitives;

namespace Catena.Core.Control;

/// <summary>What the cluster persistently knows of one node, whether it is alive or not.</summary>
/// <param name="Id">The node.</param>
/// <param name="State">What the operator wants of it.</param>
/// <param name="Zone">The zone it was in when it last started; empty if it named none.</param>
/// <param name="LastSeenMillis">When it was last known to be alive, on the clock of <see cref="ClusterView.NowMillis" />.</param>
/// <param name="ZnodeVersion">The version of the registration's znode.</param>
/// <param name="Weight">How much it should carry, in per cent of an ordinary node.</param>
/// <param name="LeadWeight">How much of that it should lead, in per cent of an ordinary node; with 0, only what no other can.</param>
public sealed record NodeRegistration(
    NodeId Id,
    RegistrationState State,
    string Zone,
    long LastSeenMillis,
    int ZnodeVersion,
    int Weight = RingNode.OrdinaryWeight,
    int LeadWeight = RingNode.OrdinaryWeight);
