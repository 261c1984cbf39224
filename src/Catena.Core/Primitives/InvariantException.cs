namespace Catena.Core.Primitives;

/// <summary>Something that the code relies on is not so; nobody catches this but the host, which ends the process.</summary>
/// <param name="violation">What is wrong.</param>
public sealed class InvariantException(string violation) : Exception("Broken invariant: " + violation);
