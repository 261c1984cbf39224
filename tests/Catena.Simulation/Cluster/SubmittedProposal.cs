using Catena.Core.Replication;

namespace Catena.Simulation.Cluster;

/// <summary>A proposal whose outcome is open.</summary>
/// <param name="Next">What is proposed.</param>
internal sealed record SubmittedProposal(Configuration Next);
