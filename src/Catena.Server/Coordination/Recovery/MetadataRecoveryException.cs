namespace Catena.Server.Coordination.Recovery;

/// <summary>Metadata cannot be recovered like this; nothing was written.</summary>
/// <param name="message">What a person should read and do, a line for each thing that stands in the way.</param>
public sealed class MetadataRecoveryException(string message) : Exception(message);
