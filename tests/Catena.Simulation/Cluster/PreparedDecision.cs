using Catena.Core.Data;
using Catena.Simulation.Scheduling;

namespace Catena.Simulation.Cluster;

/// <summary>Decides by its handle on a transaction that is prepared, at one node after the other until one has answered; whoever asks again must be told the same.</summary>
/// <param name="endpoint">The client that prepared it.</param>
/// <param name="handle">The handle.</param>
internal sealed class PreparedDecision(TransactionEndpoint endpoint, byte[] handle)
{
    private bool _mayBeCommitted;
    private bool? _isCommitted;

    /// <summary>Asks for it to be committed, or given up.</summary>
    /// <param name="commits">Which of both.</param>
    /// <param name="decided">Called once that is answered, with whether it is committed.</param>
    internal void Ask(bool commits, Action<bool> decided) => Ask(endpoint, commits, decided);

    /// <summary>As <see cref="Ask(bool, Action{bool})" />, by somebody else who has the handle.</summary>
    internal void Ask(TransactionEndpoint client, bool commits, Action<bool> decided)
    {
        _mayBeCommitted |= commits;
        var kind = commits ? CommandKind.Commit : CommandKind.Rollback;
        var limit = client.Random.Between(200, 1_500) * Duration.Millisecond;
        client.Send(client.DrawNode(), attempt => new ClientStep(attempt, kind, handle), Answered, limit);

        void Answered(byte[]? result)
        {
            var error = result is null ? ErrorCode.OutcomeUnknown : TransactionErrors.Of(result);
            if (IsDecided(client, commits, error) is { } isCommitted)
            {
                decided(isCommitted);
            }
            else if (TransactionErrors.IsOpen(error) || TransactionErrors.IsRefusal(error))
            {
                client.After(client.Random.Between(Duration.Millisecond, 300 * Duration.Millisecond), "transaction.decide", () => Ask(client, commits, decided));
            }
            else
            {
                client.Fail($"{kind} of {Convert.ToHexStringLower(handle)} was answered {error}");
            }
        }
    }

    private bool? IsDecided(TransactionEndpoint client, bool commits, ErrorCode error)
    {
        bool? told = (commits, error) switch
        {
            (_, default(ErrorCode)) => commits,
            (true, ErrorCode.Aborted) => false,
            (false, ErrorCode.Committed) => true,
            _ => null,
        };
        if (told is { } isCommitted)
        {
            if ((_isCommitted ?? told) != told || (isCommitted && !_mayBeCommitted))
            {
                client.Fail($"{Convert.ToHexStringLower(handle)} was {(isCommitted ? "committed" : "rolled back")}, which cannot be");
            }

            _isCommitted = told;
        }

        return told;
    }
}
