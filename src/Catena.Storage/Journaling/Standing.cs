using Catena.Core.Primitives;

namespace Catena.Storage.Journaling;

/// <summary>Where a partition stands at some point of the journal.</summary>
/// <param name="Last">The last entry of its log.</param>
/// <param name="Control">How many records other than entries the journal holds of it; each carries its number.</param>
internal readonly record struct Standing(Lsn Last, ulong Control);
