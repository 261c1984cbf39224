using System.Collections.Immutable;
using Catena.Core.Primitives;

namespace Catena.Core.Replication.Leases;

/// <summary>One node's sign of life to another, which also asks for leases on all partitions that the two share.</summary>
/// <param name="Incarnation">The sender's life.</param>
/// <param name="Round">The number of this beacon, never used again in this life.</param>
/// <param name="ListVersion">The version of the list of requests; while it stays the same the list need not be sent again.</param>
/// <param name="Requests">The list; null where the receiver is thought to have it.</param>
/// <param name="Heard">Whom the sender hears steadily.</param>
public sealed record Beacon(ulong Incarnation, ulong Round, ulong ListVersion, ImmutableArray<LeaseRequest>? Requests, ImmutableArray<NodeId> Heard);
