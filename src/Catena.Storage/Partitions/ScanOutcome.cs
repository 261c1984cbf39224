namespace Catena.Storage.Partitions;

/// <summary>How far a scan came.</summary>
/// <param name="Visited">How many keys were visited.</param>
/// <param name="Ended">Whether there was nothing more to visit; false where a limit or the visitor ended the scan.</param>
public readonly record struct ScanOutcome(int Visited, bool Ended);
