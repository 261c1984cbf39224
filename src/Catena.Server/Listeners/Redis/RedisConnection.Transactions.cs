using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Protocols.Resp;
using Catena.Protocols.Resp.Commands;
using Catena.Server.Listeners.Redis.Forms;
using Catena.Server.Listeners.Redis.Transactions;

namespace Catena.Server.Listeners.Redis;

/// <content>
/// Transactions: requests are queued, and at EXEC their handlers run as ever, but what they give to the router goes into a plan, and what they reply into a buffer.
/// </content>
internal sealed partial class RedisConnection
{
    private TransactionPlan? _plan;
    private PooledBuffer? _captured;

    /// <summary>What the client has watched and queued; null where it never has.</summary>
    public RedisTransaction? Transaction { get; private set; }

    /// <summary>What the client has watched and queued; from now on it can.</summary>
    public RedisTransaction Transacting() => Transaction ??= new RedisTransaction();

    /// <summary>Has every queued request say what it needs.</summary>
    /// <param name="transaction">The transaction.</param>
    public TransactionPlan Plan(RedisTransaction transaction)
    {
        var plan = new TransactionPlan(transaction.Watched);
        var reply = new PooledBuffer();
        foreach (var queued in transaction.Queue)
        {
            if (!QueueRules.UsesKeys(queued.Command.Id, queued.Kept.Request.Count))
            {
                plan.AddLater(queued);
                continue;
            }

            plan.Begin(queued.Command.Id);
            _plan = plan;
            var before = plan.Replies.Count;
            Answer(queued, reply);
            _plan = null;
            if (reply.Length > 0)
            {
                plan.Add(reply.Written);
                reply.Clear(KeptItemBytes);
            }

            Invariant.Holds(plan.Replies.Count == before + 1, "a request of a transaction has not one reply");
        }

        reply.Release();
        return plan;
    }

    /// <summary>Answers a queued request.</summary>
    /// <param name="queued">The request.</param>
    /// <param name="reply">Where the reply goes.</param>
    public void Answer(QueuedRequest queued, PooledBuffer reply)
    {
        _captured = reply;
        RedisHandlers.All[queued.Command.Id](this, queued.Kept.Request);
        _captured = null;
    }

    /// <summary>Counts a request of a transaction that was carried out.</summary>
    /// <param name="command">Its command.</param>
    /// <param name="ticks">How long it took here, by Stopwatch.</param>
    /// <param name="reply">Its reply.</param>
    public void CountQueued(RedisCommandId command, long ticks, ReadOnlySpan<byte> reply)
    {
        _run.Add(command, ticks);
        if (reply[0] == (byte)'-')
        {
            Listener.Statistics.AddFailed(command);
            Listener.Statistics.AddError(reply[1..]);
        }
    }

    /// <summary>Closes the connection once everything is answered, if a request of a transaction asked for that.</summary>
    public void StopAfterLast()
    {
        if (_isLast)
        {
            Stop();
        }
    }

    /// <summary>Takes a command of the request that says what it needs.</summary>
    /// <returns>False where none does: the command is to be carried out now.</returns>
    private bool TryPlan(in Command command, ReplyShape shape, IReplyForm? form)
    {
        _plan?.Add(command, shape, form);
        return _plan is not null;
    }

    /// <summary>Queues a request of an open transaction, or refuses it and the transaction with it.</summary>
    private void Queue(RedisTransaction transaction, RedisCommand command, RespRequest request, int consumed)
    {
        if (QueueRules.WhyNot(Listener, command, request) is { } error)
        {
            Refuse(command, error, consumed);
        }
        else if (!transaction.TryQueue(command, request, Listener.Options.MaxTransactionBytes))
        {
            Refuse(command, "ERR the transaction is too long"u8, consumed);
        }
        else
        {
            Accept(CommandClass.Immediate, consumed);
            LastCommand = RedisHandlers.All.FullNameOf(command, request);
            Begin().WriteSimpleString("QUEUED"u8);
            End();
        }
    }
}
