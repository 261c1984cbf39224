namespace Catena.Server.Coordination;

/// <summary>What the coordinator holds does not go with this node, and going on could lose data.</summary>
/// <param name="message">What a person should read and do.</param>
/// <param name="isMissing">Whether the cluster's tree is not there at all, so that it may be brought back while the node waits.</param>
internal sealed class CoordinationRefusedException(string message, bool isMissing = false) : Exception(message)
{
    /// <summary>Whether the cluster's tree is not there at all, so that it may be brought back while the node waits.</summary>
    public bool IsMissing { get; } = isMissing;
}
