using Catena.Simulation.Coordination;

namespace Catena.Simulation.Control;

/// <summary>Several things asked of the coordinator, each once the one before is answered; it ends early where the connection is lost.</summary>
/// <remarks>What a real node writes as one asynchronous method is an iterator here: each request is yielded, and its answer stands in <see cref="Reply" />.</remarks>
internal sealed class Dialogue
{
    private readonly SimulatedSession _session;
    private readonly IEnumerator<CoordinatorRequest> _requests;
    private readonly Action<CoordinatorError> _ended;

    private Dialogue(SimulatedSession session, Func<Dialogue, IEnumerable<CoordinatorRequest>> requests, Action<CoordinatorError> ended)
    {
        _session = session;
        _requests = requests(this).GetEnumerator();
        _ended = ended;
    }

    /// <summary>The answer to the latest request.</summary>
    internal CoordinatorReply Reply { get; private set; } = new(CoordinatorError.Ok);

    /// <summary>Asks one thing after the other.</summary>
    /// <param name="session">Where.</param>
    /// <param name="requests">What.</param>
    /// <param name="ended">Called once, perhaps at once, with what ended it: nothing, a lost connection, or the end of the session.</param>
    internal static void Run(
        SimulatedSession session, Func<Dialogue, IEnumerable<CoordinatorRequest>> requests, Action<CoordinatorError> ended) =>
        new Dialogue(session, requests, ended).Next();

    private void Next()
    {
        if (!_requests.MoveNext())
        {
            End(CoordinatorError.Ok);
            return;
        }

        _session.Submit(_requests.Current, reply =>
        {
            Reply = reply;
            if (reply.Error is CoordinatorError.ConnectionLost or CoordinatorError.SessionExpired)
            {
                End(reply.Error);
            }
            else
            {
                Next();
            }
        });
    }

    private void End(CoordinatorError error)
    {
        _requests.Dispose();
        _ended(error);
    }
}
