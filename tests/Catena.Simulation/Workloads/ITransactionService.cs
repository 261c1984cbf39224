using Catena.Simulation.Histories;

namespace Catena.Simulation.Workloads;

/// <summary>What transaction workloads ask.</summary>
public interface ITransactionService
{
    /// <summary>Carries out all steps at once.</summary>
    /// <param name="client">Who asks.</param>
    /// <param name="steps">The steps, in order; each sees those before it.</param>
    /// <param name="isPlain">Whether a single step goes as the plain command that it is.</param>
    /// <param name="reply">Takes the outcome and, where it is known, what each step that reads has read: the text at its key, null where there is none.</param>
    void Submit(int client, IReadOnlyList<TransactionStep> steps, bool isPlain, Action<Outcome, IReadOnlyList<string?>?> reply);
}
