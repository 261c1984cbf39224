namespace Catena.Server.Peers.Outgoing;

/// <summary>What came of dialling a peer.</summary>
/// <param name="Connection">The connection; null where there is none.</param>
/// <param name="Reason">Why there is none.</param>
/// <param name="IsHardRefused">Whether the peer's machine said that nobody listens: its process does not run.</param>
internal readonly record struct DialOutcome(OutgoingConnection? Connection, string Reason, bool IsHardRefused);
