namespace Catena.Server.Listeners;

/// <summary>How many bytes may wait for a client before it is cut off, as Redis's <c>client-output-buffer-limit</c> says it.</summary>
/// <param name="HardBytes">How many at once; 0 for any number.</param>
/// <param name="SoftBytes">How many for longer than <paramref name="SoftTime" />; 0 for any number.</param>
/// <param name="SoftTime">How long more than <paramref name="SoftBytes" /> may wait.</param>
public readonly record struct OutputLimit(long HardBytes, long SoftBytes, TimeSpan SoftTime);
