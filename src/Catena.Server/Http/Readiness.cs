namespace Catena.Server.Http;

/// <summary>Whether a node is ready, and why not.</summary>
/// <param name="IsReady">Whether clients should be sent to it.</param>
/// <param name="Reason">What it waits for; <c>ready</c> where it is.</param>
public readonly record struct Readiness(bool IsReady, string Reason)
{
    /// <summary>It is ready.</summary>
    public static Readiness Ready => new(true, "ready");

    /// <summary>It is not.</summary>
    /// <param name="reason">What it waits for.</param>
    public static Readiness NotReady(string reason) => new(false, reason);
}
