using System.Buffers;
using System.Diagnostics;
using Catena.Core.Data;
using Catena.Protocols.Resp;
using Catena.Server.Routing;

namespace Catena.Server.Listeners.Redis.Transactions;

/// <summary>Carries a client's transaction out, and puts the replies to its requests together.</summary>
/// <param name="connection">Whose transaction it is.</param>
/// <param name="transaction">The transaction; it ends with the reply.</param>
/// <param name="plan">What is done.</param>
internal sealed class ExecGathering(RedisConnection connection, RedisTransaction transaction, TransactionPlan plan) : Gathering
{
    private readonly PooledBuffer _result = new();
    private readonly PooledBuffer _reply = new();

    /// <inheritdoc />
    public override void WriteReply(IBufferWriter<byte> output)
    {
        var writer = new RespWriter(output, connection.Version);
        var reader = new ResultReader(_result.Written.IsEmpty ? EncodedResults.Ok : _result.Written);
        if (reader.Kind == ResultKind.Error)
        {
            RedisResults.WriteError(writer, reader.Error, reader.Value);
        }
        else if (reader.Kind == ResultKind.Nil)
        {
            writer.WriteNullArray();
        }
        else
        {
            writer.WriteArrayHeader(plan.Replies.Count);
            foreach (var planned in plan.Replies)
            {
                WriteOne(planned, ref reader);
                output.Write(_reply.Written);
            }
        }

        transaction.End();
        connection.StopAfterLast();
    }

    /// <inheritdoc />
    public override void Release()
    {
        _result.Release();
        _reply.Release();
    }

    /// <inheritdoc />
    protected override bool StartRound(ICommandRouter router)
    {
        if (!plan.NeedsKeys || _result.Length > 0)
        {
            return false;
        }

        Execute(router, new Command { Kind = CommandKind.Transact, Slot = Command.SeveralSlots, Items = plan.Program }, 0);
        return true;
    }

    /// <inheritdoc />
    internal override void Take(long tag, ReadOnlySpan<byte> result) => _result.Append(result);

    private void WriteOne(PlannedReply planned, ref ResultReader results)
    {
        var begun = Stopwatch.GetTimestamp();
        _reply.Clear(int.MaxValue);
        if (planned.Known is { } known)
        {
            _reply.Append(known);
        }
        else if (planned.Later is { } request)
        {
            connection.Answer(request, _reply);
        }
        else
        {
            RedisResults.Write(new RespWriter(_reply, connection.Version), planned.Shape, planned.Form, results.ReadResult(), connection.Listener);
        }

        connection.CountQueued(planned.Command, Stopwatch.GetTimestamp() - begun, _reply.Written);
    }
}
