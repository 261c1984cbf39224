namespace Catena.Simulation.Checkers;

/// <summary>One operation that may take effect next.</summary>
/// <param name="Operation">Its number, among the answered or among the unknown ones.</param>
/// <param name="Unknown">Whether its outcome is unknown.</param>
/// <param name="Next">The state after it.</param>
internal readonly record struct SearchMove(int Operation, bool Unknown, RegisterState Next);
