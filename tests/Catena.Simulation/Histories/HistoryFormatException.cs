namespace Catena.Simulation.Histories;

/// <summary>A line of a history that says nothing understandable.</summary>
/// <param name="message">What is wrong with it.</param>
/// <param name="inner">What found it, if that was the JSON parser.</param>
public sealed class HistoryFormatException(string message, Exception? inner = null) : Exception(message, inner);
