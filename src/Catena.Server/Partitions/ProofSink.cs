using Catena.Core.Data;
using Catena.Server.Routing;

namespace Catena.Server.Partitions;

/// <summary>Waits for an entry that changes nothing: once it is committed, nobody else has decided anything before it was proposed.</summary>
internal sealed class ProofSink : ICommandSink
{
    private readonly TaskCompletionSource<bool> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether it was committed in the epoch in which it was proposed.</summary>
    internal Task<bool> Outcome => _outcome.Task;

    public void Complete(long tag, ReadOnlySpan<byte> result) => _outcome.SetResult(new ResultReader(result).Kind == ResultKind.Ok);
}
