using Catena.Server.Cluster;

namespace Catena.Server.Listeners.Redis;

/// <summary>Neighbouring slots that one node reads.</summary>
/// <param name="First">The first slot.</param>
/// <param name="Last">The last slot.</param>
/// <param name="Reader">The node that reads them.</param>
internal sealed record ServedRange(int First, int Last, NodeView Reader);
