using Catena.Core.Data;
using Catena.Server.Node;
using Catena.Server.Routing;
using Catena.Server.Transactions;
using Catena.Simulation.Nodes;
using Catena.Simulation.Scheduling;

namespace Catena.Simulation.Cluster;

/// <summary>A node's transactions, with an event in the place of the thread that does their work.</summary>
internal sealed class TransactionDesk
{
    private readonly SimulatedNode _node;
    private readonly Action<Action> _enter;
    private readonly bool _watches;
    private bool _isSignalled;

    /// <summary>A desk without transactions.</summary>
    internal TransactionDesk(SimulatedNode node, NodeCore core, CommandRouter router, ClusterSystem system, Action<Action> enter)
    {
        _node = node;
        _enter = enter;
        _watches = !system.Defects.IgnoresWatched;
        Service = new TransactionService(
            new TracedRouter(router, node, system), system.Map, system.SettingsOf(node.Id, system.Defects.Rules).Transactions, node.Id, core.Incarnation, () => core.Now, () => core.WallMilliseconds, Signal);
    }

    /// <summary>The transactions.</summary>
    internal TransactionService Service { get; }

    /// <summary>Carries out what a client asks.</summary>
    internal void Execute(ClientTransaction transaction, ICommandSink sink)
    {
        var request = transaction.Request;
        if (request.IsPlain)
        {
            Service.Execute(TransactionForm.ToCommand(request.Steps[0]), sink, transaction.Attempt);
        }
        else
        {
            var program = TransactionForm.ToProgram(request, _watches);
            Service.Execute(new Command { Kind = CommandKind.Transact, Slot = Command.SeveralSlots, Items = program }, sink, transaction.Attempt);
        }
    }

    private void Signal()
    {
        if (!_isSignalled)
        {
            _isSignalled = true;
            _node.After(Duration.Microsecond, "node.transactions", () =>
            {
                _isSignalled = false;
                _enter(Service.Work);
            });
        }
    }
}
