using System.Buffers;
using System.Collections.Concurrent;

namespace Catena.Server.Backups;

/// <summary>Bounds how many readings of replicas go on at once, lends them memory, and waits for their end before a node's memory is freed.</summary>
/// <param name="most">How many.</param>
internal sealed class ReadSlots(int most) : IDisposable
{
    private const int LargestKept = 1 << 20;

    private readonly SemaphoreSlim _slots = new(most);
    private readonly ConcurrentBag<ArrayBufferWriter<byte>> _buffers = [];
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Cancelled when readings are to end.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Waits for a slot.</summary>
    public Task EnterAsync(CancellationToken cancellation) => _slots.WaitAsync(cancellation);

    /// <summary>Gives a slot back.</summary>
    public void Leave() => _slots.Release();

    /// <summary>Lends an empty buffer to who has a slot.</summary>
    public ArrayBufferWriter<byte> TakeBuffer() => _buffers.TryTake(out var buffer) ? buffer : new ArrayBufferWriter<byte>(ReadingStream.PieceBytes + 4096);

    /// <summary>Takes a buffer back, before the slot.</summary>
    public void Return(ArrayBufferWriter<byte> buffer)
    {
        if (buffer.Capacity <= LargestKept)
        {
            buffer.ResetWrittenCount();
            _buffers.Add(buffer);
        }
    }

    /// <summary>Ends all readings, and completes when the last has ended; none begins afterwards.</summary>
    public async Task DrainAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        for (var slot = 0; slot < most; slot++)
        {
            await _slots.WaitAsync().ConfigureAwait(false);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _slots.Dispose();
        _stopping.Dispose();
    }
}
