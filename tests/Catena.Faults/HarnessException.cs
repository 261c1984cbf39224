namespace Catena.Faults;

/// <summary>The run itself could not go on, whatever the cluster did.</summary>
/// <param name="message">Why.</param>
/// <param name="inner">What caused it.</param>
internal sealed class HarnessException(string message, Exception? inner = null) : Exception(message, inner);
