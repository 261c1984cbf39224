namespace Catena.Server.Coordination;

/// <summary>Says that something is to be done; said again before anyone has come to do it, it still means once.</summary>
/// <remarks>Any thread sets; one waits.</remarks>
internal sealed class AsyncSignal : IDisposable
{
    private readonly SemaphoreSlim _semaphore = new(0, 1);
    private int _isSet;

    /// <summary>Says it.</summary>
    public void Set()
    {
        if (Interlocked.Exchange(ref _isSet, 1) == 0)
        {
            _semaphore.Release();
        }
    }

    /// <summary>Waits until it is said, or for some time.</summary>
    /// <param name="patience">How long at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task WaitAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        if (await _semaphore.WaitAsync(patience, cancellationToken).ConfigureAwait(false))
        {
            Volatile.Write(ref _isSet, 0);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _semaphore.Dispose();
}
