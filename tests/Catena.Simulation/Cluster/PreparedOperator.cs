using Catena.Core.Primitives;
using Catena.Core.Transactions;
using Catena.Simulation.Scheduling;

namespace Catena.Simulation.Cluster;

/// <summary>Whoever sees to transactions that were prepared for outsiders and left, which otherwise stay as they are for an hour.</summary>
/// <remarks>
/// Those whose handle somebody has are rolled back by it. Where the client was not told the handle, nobody has it: what stays prepared for long is aborted as an operator would have it done, who has looked at
/// what nodes list. It may strike those that their clients were about to decide on: they are told.
/// </remarks>
internal sealed class PreparedOperator
{
    private const long Interval = 250 * Duration.Millisecond;

    private readonly ClusterSystem _system;
    private readonly World _world;
    private readonly TransactionEndpoint _endpoint;
    private readonly Queue<PreparedDecision> _left = new();
    private readonly SortedDictionary<TransactionId, long> _seen = [];
    private bool _isBusy;

    /// <summary>An operator who has nothing to do yet.</summary>
    internal PreparedOperator(ClusterSystem system, World world, NodeId id)
    {
        _system = system;
        _world = world;
        _endpoint = new TransactionEndpoint(system, world, id);
    }

    /// <summary>Its address.</summary>
    internal NodeId Id => _endpoint.Id;

    /// <summary>Begins to look.</summary>
    internal void Start() => _world.Schedule(Interval, "operator.prepared", Id.Value, Look);

    /// <summary>Takes over what somebody has prepared and does not decide on.</summary>
    internal void Leave(PreparedDecision decision)
    {
        _left.Enqueue(decision);
        if (!_isBusy)
        {
            _isBusy = true;
            RollBackNext();
        }
    }

    private void RollBackNext() => _endpoint.After(_endpoint.Random.Between(0, 2 * Duration.Second), "operator.rollback", () => _left.Dequeue().Ask(_endpoint, commits: false, _ =>
    {
        _isBusy = _left.Count > 0;
        if (_isBusy)
        {
            RollBackNext();
        }
    }));

    private void Look()
    {
        foreach (var program in _system.Running)
        {
            foreach (var host in program.Hosts)
            {
                foreach (var prepared in host.Prepared.Where(prepared => prepared.IsExternal))
                {
                    _seen.TryAdd(prepared.Id, _world.Now);
                    if (_world.Now - _seen[prepared.Id] >= _system.Profile.PreparedLimit)
                    {
                        program.Abort(host.Id, prepared);
                    }
                }
            }
        }

        Start();
    }
}
