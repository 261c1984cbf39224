using System.Threading.Channels;

namespace Catena.Server.Coordination;

/// <summary>Says that something is to be done; said again before anyone has come to do it, it still means once.</summary>
/// <remarks>Any thread sets, also after nobody waits any more; one waits.</remarks>
internal sealed class AsyncSignal
{
    private readonly Channel<bool> _said = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <summary>Says it.</summary>
    public void Set() => _said.Writer.TryWrite(true);

    /// <summary>Waits until it is said, or for some time.</summary>
    /// <param name="patience">How long at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task WaitAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        using var timed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timed.CancelAfter(patience);
        try
        {
            await _said.Reader.ReadAsync(timed.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Nobody said it in time, which is an answer too.
        }
    }
}
