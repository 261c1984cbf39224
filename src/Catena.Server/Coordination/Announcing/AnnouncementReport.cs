namespace Catena.Server.Coordination.Announcing;

/// <summary>How one announcement stands, for <c>/status</c>.</summary>
/// <param name="Protocol">The protocol's word.</param>
/// <param name="Path">The path of the setting.</param>
/// <param name="Address">What it tells.</param>
/// <param name="IsStanding">Whether all of its znodes are there.</param>
/// <param name="Problem">What is in the way; null where nothing is.</param>
internal sealed record AnnouncementReport(string Protocol, string Path, string Address, bool IsStanding, string? Problem);
