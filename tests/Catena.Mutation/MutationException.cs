namespace Catena.Mutation;

/// <summary>A run that could not be made or a file that cannot be read; the message says why.</summary>
internal sealed class MutationException(string message, Exception? inner = null) : Exception(message, inner);
