using System.Collections.Immutable;
using Catena.Server.Cluster;

namespace Catena.Server.Listeners.Redis;

/// <summary>Neighbouring slots that one node reads and the same others have copies of.</summary>
/// <param name="First">The first slot.</param>
/// <param name="Last">The last slot.</param>
/// <param name="Reader">The node that reads them.</param>
/// <param name="Others">The other members that are running.</param>
internal sealed record ServedRange(int First, int Last, NodeView Reader, ImmutableArray<NodeView> Others);
