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
    internal void Execute(ITransactionMessage message, ICommandSink sink)
    {
        switch (message)
        {
            case ClientStep step:
                var flags = step.Locks ? CommandFlags.Locking : CommandFlags.None;
                Service.Execute(new Command { Kind = step.Kind, Flags = flags, Slot = Command.SeveralSlots, Value = step.Handle, Items = step.Command }, sink, step.Attempt);
                break;
            case ClientTransaction { Request.IsPlain: true } plain:
                Service.Execute(TransactionForm.ToCommand(plain.Request.Steps[0]), sink, plain.Attempt);
                break;
            case ClientTransaction transaction:
                var program = TransactionForm.ToProgram(transaction.Request, _watches);
                Service.Execute(new Command { Kind = CommandKind.Transact, Slot = Command.SeveralSlots, Items = program }, sink, transaction.Attempt);
                break;
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
