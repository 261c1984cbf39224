namespace Catena.Storage;

/// <summary>How far recovery has come.</summary>
/// <param name="Segment">The segment being read, from 1.</param>
/// <param name="Segments">How many there are.</param>
public readonly record struct RecoveryProgress(int Segment, int Segments);
