using Catena.Core.Transactions.Coordination;
using Catena.Server.Routing;

namespace Catena.Server.Transactions;

/// <summary>Some work for a transaction, and whoever waits for its result.</summary>
/// <param name="id">Its number on this node.</param>
/// <param name="work">The work.</param>
/// <param name="begunAt">When it was taken on, by the monotonic clock.</param>
/// <param name="until">When it is given up.</param>
internal sealed class TransactionJob(long id, ITransactionWork work, long begunAt, long until)
{
    private readonly Queue<TransactionStep> _steps = new();

    /// <summary>Its number on this node.</summary>
    internal long Id => id;

    /// <summary>The work.</summary>
    internal ITransactionWork Work => work;

    /// <summary>When it was taken on.</summary>
    internal long BegunAt => begunAt;

    /// <summary>When it is given up.</summary>
    internal long Until => until;

    /// <summary>Who waits for a result; null where nobody does.</summary>
    internal ICommandSink? Sink { get; set; }

    /// <summary>What the sink knows it by.</summary>
    internal long Tag { get; set; }

    /// <summary>When its client was last heard of, where its commands come one by one.</summary>
    internal long LastStep { get; set; }

    /// <summary>How many of the bytes that open transactions have read and written are counted as its own.</summary>
    internal long Bytes { get; set; }

    /// <summary>The steps that wait for the one under way.</summary>
    internal Queue<TransactionStep> Steps => _steps;
}
