using System.Collections.Immutable;
using Catena.Core.Control;

namespace Catena.Server.Coordination.Recovery;

/// <summary>What a recovery of metadata has written, or would write.</summary>
/// <param name="ClusterId">The cluster.</param>
/// <param name="IsNewTree">Whether the whole tree was missing.</param>
/// <param name="Plan">The configurations.</param>
/// <param name="Registrations">The names of the nodes that were registered again.</param>
public sealed record MetadataRecoveryResult(Guid ClusterId, bool IsNewTree, MetadataPlan Plan, ImmutableArray<string> Registrations);
