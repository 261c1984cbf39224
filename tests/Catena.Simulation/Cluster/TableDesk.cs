using System.Text;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Server.Routing;
using Catena.Server.Tables;
using Catena.Simulation.Nodes;
using Catena.Simulation.Scheduling;
using Catena.Simulation.Workloads.Tables;

namespace Catena.Simulation.Cluster;

/// <summary>A node's catalogue of tables, with an event in the place of the thread that does its work.</summary>
internal sealed class TableDesk
{
    private readonly SimulatedNode _node;
    private readonly Action<Action> _enter;
    private readonly TableCatalogue _catalogue;
    private bool _isSignalled;

    /// <summary>A desk that knows no table.</summary>
    internal TableDesk(SimulatedNode node, ICommandRouter router, PartitionMap map, Action<Action> enter)
    {
        _node = node;
        _enter = enter;
        _catalogue = new TableCatalogue(router, map, Signal);
    }

    /// <summary>Carries out what a client asks.</summary>
    internal void Execute(ClientTableCall call, ICommandSink sink)
    {
        var name = Encoding.ASCII.GetBytes(call.Request.Table);
        switch (call.Request.Action)
        {
            case TableAction.Create:
                _catalogue.Create(name, sink, call.Attempt);
                break;
            case TableAction.Drop:
                _catalogue.Drop(name, sink, call.Attempt);
                break;
            default:
                _catalogue.Start(new KeyCall(_catalogue, new TableNumbers([name]), sink, call));
                break;
        }
    }

    private void Signal()
    {
        if (!_isSignalled)
        {
            _isSignalled = true;
            _node.After(Duration.Microsecond, "node.tables", () =>
            {
                _isSignalled = false;
                _enter(_catalogue.Work);
            });
        }
    }

    private sealed class KeyCall(TableCatalogue catalogue, TableNumbers tables, ICommandSink sink, ClientTableCall call) : NamedCall(catalogue, new CallOrder(), tables, sink, call.Attempt)
    {
        /// <inheritdoc />
        protected override void Execute(ICommandRouter router)
        {
            var key = Encoding.ASCII.GetBytes(call.Request.Key);
            router.Execute(
                new Command
                {
                    Kind = call.Request.Action == TableAction.Put ? CommandKind.Put : CommandKind.Get,
                    Table = Tables.NumberAt(0),
                    Slot = HashSlot.Of(key).Value,
                    Key = key,
                    Value = Encoding.ASCII.GetBytes(call.Request.Value),
                },
                this,
                0);
        }
    }
}
