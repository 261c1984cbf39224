using Catena.Server.Routing;

namespace Catena.Server.Http.Search;

/// <summary>Waits for the result of one command.</summary>
internal sealed class OneResult : ICommandSink
{
    private readonly TaskCompletionSource<byte[]> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The result, once it is there.</summary>
    public Task<byte[]> Result => _result.Task;

    /// <inheritdoc />
    public void Complete(long tag, ReadOnlySpan<byte> result) => _result.SetResult(result.ToArray());
}
