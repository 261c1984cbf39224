using System.Text;
using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Simulation.Histories;
using Catena.Simulation.Scheduling;
using Catena.Simulation.Workloads.Tables;

namespace Catena.Simulation.Cluster;

/// <summary>One client of named tables at the network: it asks any node, and another only after an answer that promises that nothing happened.</summary>
internal sealed class TableEndpoint(ClusterSystem system, World world, NodeId id)
{
    private const int MostRefusals = 6;

    private readonly TransactionEndpoint _endpoint = new(system, world, id);
    private long _asked;

    /// <summary>Its address.</summary>
    internal NodeId Id => id;

    /// <summary>Asks; what was asked before is given up.</summary>
    internal void Ask(TableRequest request, Action<TableAnswer> reply)
    {
        _asked++;
        Send(request, reply, refusals: 0);
    }

    private void Send(TableRequest request, Action<TableAnswer> reply, int refusals)
    {
        var asked = _asked;
        _endpoint.Send(_endpoint.DrawNode(), attempt => new ClientTableCall(attempt, request), result =>
        {
            if (asked == _asked)
            {
                Answered(request, result, reply, refusals);
            }
        });
    }

    private void Answered(TableRequest request, byte[]? result, Action<TableAnswer> reply, int refusals)
    {
        if (result is null)
        {
            reply(new TableAnswer(Outcome.Unknown));
            return;
        }

        var reader = new ResultReader(result);
        var error = reader.Kind == ResultKind.Error ? reader.Error : default;
        if (error == default)
        {
            reply(new TableAnswer(Outcome.Ok, request.Action != TableAction.Create, reader.Kind == ResultKind.Value ? Encoding.ASCII.GetString(reader.Value) : null));
        }
        else if (error is ErrorCode.NoSuchTable or ErrorCode.TableExists)
        {
            reply(new TableAnswer(Outcome.Ok, error == ErrorCode.TableExists));
        }
        else if (TransactionErrors.IsOpen(error))
        {
            reply(new TableAnswer(Outcome.Unknown));
        }
        else if (!TransactionErrors.IsRefusal(error))
        {
            _endpoint.Fail($"{request} was answered {error}");
        }
        else if (refusals >= MostRefusals)
        {
            reply(new TableAnswer(Outcome.Fail));
        }
        else
        {
            var asked = _asked;
            world.Schedule(_endpoint.Random.Between(Duration.Millisecond, 100 * Duration.Millisecond), "tables.again", id.Value, () =>
            {
                if (asked == _asked)
                {
                    Send(request, reply, refusals + 1);
                }
            });
        }
    }
}
