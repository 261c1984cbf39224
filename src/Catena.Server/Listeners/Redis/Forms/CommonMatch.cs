namespace Catena.Server.Listeners.Redis.Forms;

/// <summary>A run of bytes of a common subsequence that lies together in both values.</summary>
/// <param name="Left">Where it begins in the one.</param>
/// <param name="Right">Where it begins in the other.</param>
/// <param name="Length">How long it is.</param>
internal readonly record struct CommonMatch(int Left, int Right, int Length);
