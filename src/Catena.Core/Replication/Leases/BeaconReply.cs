using System.Collections.Immutable;
using Catena.Core.Primitives;

namespace Catena.Core.Replication.Leases;

/// <summary>The answer to a beacon: every request of its list is granted but for the exceptions.</summary>
/// <param name="Incarnation">The asker's life, from the beacon.</param>
/// <param name="Round">The beacon's number.</param>
/// <param name="ResponderIncarnation">The life of the one who answers.</param>
/// <param name="NeedsList">Whether nothing is granted because the list is not known.</param>
/// <param name="Refused">The places in the list of the requests that are not granted.</param>
/// <param name="Heard">Whom the one who answers hears steadily.</param>
public sealed record BeaconReply(
    ulong Incarnation, ulong Round, ulong ResponderIncarnation, bool NeedsList, ImmutableArray<int> Refused, ImmutableArray<NodeId> Heard);
