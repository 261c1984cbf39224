using Catena.Simulation.Histories;
using Catena.Simulation.Scheduling;
using Catena.Simulation.Workloads.Transactions;

namespace Catena.Simulation.Cluster;

/// <summary>A client's transaction that is asked for in one go: at any node, and at another only after an answer that promises that nothing happened.</summary>
/// <param name="endpoint">The client.</param>
/// <param name="request">The transaction.</param>
/// <param name="reply">Takes the answer.</param>
internal sealed class OneShotTransaction(TransactionEndpoint endpoint, TransactionRequest request, Action<TransactionAnswer> reply)
{
    private const int MostRefusals = 6;

    private int _refusals;

    /// <summary>Asks.</summary>
    internal void Begin() => endpoint.Send(endpoint.DrawNode(), attempt => new ClientTransaction(attempt, request), Answered);

    private void Answered(byte[]? result)
    {
        if (result is null)
        {
            reply(new TransactionAnswer(Outcome.Unknown));
            return;
        }

        var answer = TransactionForm.Read(request, result, out var error);
        if (error == default)
        {
            reply(answer!);
        }
        else if (TransactionErrors.IsOpen(error))
        {
            reply(new TransactionAnswer(Outcome.Unknown));
        }
        else if (!TransactionErrors.IsRefusal(error))
        {
            endpoint.Fail($"{request} was answered {error}");
        }
        else if (++_refusals >= MostRefusals)
        {
            reply(new TransactionAnswer(Outcome.Fail));
        }
        else
        {
            endpoint.After(endpoint.Random.Between(Duration.Millisecond, 100 * Duration.Millisecond), "transaction.again", Begin);
        }
    }
}
