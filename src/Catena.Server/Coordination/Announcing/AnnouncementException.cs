namespace Catena.Server.Coordination.Announcing;

/// <summary>An announcement that makes no sense on this node; the message says why, and what to give instead.</summary>
/// <param name="message">What a person should read.</param>
public sealed class AnnouncementException(string message) : Exception(message);
