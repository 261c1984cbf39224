namespace Catena.Simulation.Workloads.Transactions;

/// <summary>What transaction workloads ask.</summary>
public interface ITransactionService
{
    /// <summary>Carries out a transaction.</summary>
    /// <param name="client">Who asks; a client asks one thing at a time, and drops what it has given up.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="taken">Called, where the client does one step after the other, whenever it begins, with the list of the steps that it then takes.</param>
    /// <param name="reply">Called at most once, later, with what is known of the outcome.</param>
    void Submit(int client, TransactionRequest request, Action<IReadOnlyList<TransactionStep>> taken, Action<TransactionAnswer> reply);
}
