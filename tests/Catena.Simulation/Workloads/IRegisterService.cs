using Catena.Simulation.Histories;

namespace Catena.Simulation.Workloads;

/// <summary>What clients of a simulated system can ask of it.</summary>
public interface IRegisterService
{
    /// <summary>Asks for an operation.</summary>
    /// <param name="client">Who asks; a client asks one thing at a time, and drops what it has given up.</param>
    /// <param name="key">The key.</param>
    /// <param name="command">The operation.</param>
    /// <param name="reply">Called at most once, later: with what is known of the outcome, and with a result if that is <see cref="Outcome.Ok" />.</param>
    void Submit(int client, string key, RegisterCommand command, Action<Outcome, RegisterResult?> reply);
}
