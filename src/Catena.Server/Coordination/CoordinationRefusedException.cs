namespace Catena.Server.Coordination;

/// <summary>What the coordinator holds does not go with this node, and going on could lose data.</summary>
/// <param name="message">What a person should read and do.</param>
internal sealed class CoordinationRefusedException(string message) : Exception(message);
