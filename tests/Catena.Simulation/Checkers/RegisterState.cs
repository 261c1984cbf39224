using Catena.Core.Primitives;

namespace Catena.Simulation.Checkers;

/// <summary>The state of one key, as far as a history tells it.</summary>
/// <param name="Value">The value; null while the key is absent.</param>
/// <param name="Version">The version of the value; null where nobody has been told it yet.</param>
/// <param name="Floor">The newest version known before; every later one must be newer, deletion or not.</param>
internal readonly record struct RegisterState(string? Value, Lsn? Version, Lsn Floor);
