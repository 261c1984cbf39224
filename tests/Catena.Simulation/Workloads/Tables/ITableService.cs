namespace Catena.Simulation.Workloads.Tables;

/// <summary>What clients of named tables ask.</summary>
public interface ITableService
{
    /// <summary>Asks for something.</summary>
    /// <param name="client">Who asks; a client asks one thing at a time, and drops what it has given up.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="reply">Called at most once, later, with what is known of the outcome.</param>
    void Submit(int client, TableRequest request, Action<TableAnswer> reply);
}
