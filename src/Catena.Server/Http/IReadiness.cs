namespace Catena.Server.Http;

/// <summary>Whether the node is ready to serve clients.</summary>
public interface IReadiness
{
    /// <summary>The present answer; called on any thread, must not block.</summary>
    Readiness Check();
}
