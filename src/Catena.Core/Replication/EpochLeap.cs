using Catena.Core.Primitives;

namespace Catena.Core.Replication;

/// <summary>A step from one epoch to another that is not the very next, as a proposal takes it.</summary>
/// <remarks>It says over which configuration the proposal may be written; see <see cref="Configuration.Follows" />.</remarks>
/// <param name="From">The epoch that is left.</param>
/// <param name="To">The epoch that is proposed; over <paramref name="From" />.</param>
public readonly record struct EpochLeap(Epoch From, Epoch To);
