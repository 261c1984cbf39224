namespace Catena.Server.Partitions;

/// <summary>What damage one copy of a partition has met since its node started.</summary>
/// <param name="Met">How often something that was read was damaged.</param>
/// <param name="GivenUp">How often the copy was given up because of that, or because recovery found it incomplete.</param>
/// <param name="Keys">How many keys are known whose values cannot be read, since no other copy is left.</param>
/// <param name="Entry">The log entry that is damaged and has not been applied, so that the copy can go no further while no other is left; 0 where there is none.</param>
/// <param name="Last">What was met last, for people; null where nothing was.</param>
public sealed record DamageStatus(long Met, long GivenUp, int Keys, ulong Entry, string? Last);
