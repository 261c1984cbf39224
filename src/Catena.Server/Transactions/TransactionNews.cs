using Catena.Core.Primitives;
using Catena.Core.Transactions;

namespace Catena.Server.Transactions;

/// <summary>Something that a node has to take note of for its transactions.</summary>
internal abstract record TransactionNews
{
    /// <summary>The result of a command that was asked for a job.</summary>
    internal sealed record Answer(long Job, int Number, byte[] Result) : TransactionNews;

    /// <summary>A program over several partitions.</summary>
    internal sealed record Program(byte[] Bytes, Routing.ICommandSink Sink, long Tag) : TransactionNews;

    /// <summary>A step of a transaction whose commands come one by one.</summary>
    internal sealed record Step(TransactionStep Taken) : TransactionNews;

    /// <summary>Somebody wants to see what is under way.</summary>
    internal sealed record Question(TaskCompletionSource<IReadOnlyList<TransactionWorkStanding>> Told) : TransactionNews;

    /// <summary>A partition here is in doubt about what it has prepared.</summary>
    internal sealed record Doubt(PartitionId Participant, PreparedTransaction Prepared, bool Forces) : TransactionNews;

    /// <summary>A decision that participants have not heard of.</summary>
    internal sealed record Decided(PartitionId Home, TransactionId Id, TransactionDecision Decision, bool MayForget) : TransactionNews;
}
