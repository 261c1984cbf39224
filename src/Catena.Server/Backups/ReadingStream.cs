using System.Buffers;
using Catena.Core.Primitives;
using Catena.Server.Partitions;
using Catena.Server.Platform;
using Catena.Storage.Errors;
using Catena.Storage.Partitions;

namespace Catena.Server.Backups;

/// <summary>Sends what a reading gives as blocks, in steps that hold nothing up.</summary>
/// <param name="reading">The reading.</param>
/// <param name="output">Where to.</param>
/// <param name="block">An empty buffer, for as long as this is used.</param>
/// <param name="threads">Where it reads the state.</param>
/// <param name="cancellation">Ends it: nobody listens any more, or the node stops.</param>
internal sealed class ReadingStream(PartitionReading reading, Stream output, ArrayBufferWriter<byte> block, BulkThreads threads, CancellationToken cancellation)
{
    /// <summary>About how much is read at once.</summary>
    public const int PieceBytes = 256 << 10;

    private static readonly TimeSpan CommitPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan CommitPause = TimeSpan.FromMilliseconds(10);

    private Lsn _last = reading.After;
    private ulong _keys;
    private ulong _entries;

    /// <summary>Sends the beginning.</summary>
    public Task BeginAsync(Guid cluster, PartitionId partition, int partitions)
    {
        block.ResetWrittenCount();
        new StreamBegin(cluster, partition, partitions, reading.Epoch, reading.After).WriteTo(block);
        return SendAsync();
    }

    /// <summary>Sends the end, or what is in its way.</summary>
    public Task EndAsync(StreamFailure? failure)
    {
        block.ResetWrittenCount();
        if (failure is null)
        {
            new StreamEnd(_last, _keys, _entries).WriteTo(block);
        }
        else
        {
            failure.WriteTo(block);
        }

        return SendAsync();
    }

    /// <summary>Does the work of an answer; damage that is met is something in the way.</summary>
    public async Task<StreamFailure?> GuardAsync(Func<ReadingStream, Task<StreamFailure?>> write)
    {
        try
        {
            return await write(this).ConfigureAwait(false);
        }
        catch (StorageDamagedException damage)
        {
            return new StreamFailure(FailureCodes.Damaged, damage.Message);
        }
    }

    /// <summary>Sends the state from a stored key on.</summary>
    /// <returns>False where the copy that was read has been replaced.</returns>
    public async Task<bool> WritePiecesAsync(byte[] from)
    {
        for (byte[]? next = from; next is not null;)
        {
            var start = next;
            if (!await threads.DoAsync(() => TryTakePiece(start, out next), cancellation).ConfigureAwait(false))
            {
                return false;
            }

            await SendAsync().ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>Sends the log up to an entry that has been applied.</summary>
    /// <returns>False where it was replaced meanwhile.</returns>
    public async Task<bool> WriteLogAsync(ulong through)
    {
        while (_last.Sequence < through)
        {
            block.ResetWrittenCount();
            Block.Reserve(block);
            var before = _last;

            // It holds the partition's lock, which no nicer thread may.
            if (!reading.TryReadLog(before, through, PieceBytes, block, out _last))
            {
                return false;
            }

            if (_last == before)
            {
                break;
            }

            _entries += _last.Sequence - before.Sequence;
            Block.Seal(BlockSpan(), BlockKind.Entries);
            await SendAsync().ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>Sends the log as far as it had been applied.</summary>
    public async Task<StreamFailure?> WriteLogSoFarAsync(ulong applied) =>
        await WriteLogAsync(applied).ConfigureAwait(false) ? null : FailureCodes.Of(ReadRefusal.NotKept);

    /// <summary>Sends the log up to an entry, waiting until it has been committed.</summary>
    public async Task<StreamFailure?> WriteLogThroughAsync(PartitionHost host, Lsn through)
    {
        for (var waited = TimeSpan.Zero; ; waited += CommitPause)
        {
            var standing = host.Find(through);
            if (standing != ReadRefusal.None)
            {
                return FailureCodes.Of(standing);
            }

            if (!await WriteLogAsync(through.Sequence).ConfigureAwait(false))
            {
                return FailureCodes.Of(ReadRefusal.NotKept);
            }

            if (_last.Sequence >= through.Sequence)
            {
                return _last == through ? null : FailureCodes.Of(ReadRefusal.NotOnLineage);
            }

            if (waited >= CommitPatience)
            {
                return new StreamFailure(FailureCodes.NotCommitted, $"entry {through} was not committed in {CommitPatience.TotalSeconds:0} s");
            }

            await Task.Delay(CommitPause, cancellation).ConfigureAwait(false);
        }
    }

    private bool TryTakePiece(byte[] from, out byte[]? next)
    {
        block.ResetWrittenCount();
        Block.Reserve(block);
        if (!reading.TryReadPiece(from, PieceBytes, block, out next))
        {
            return false;
        }

        Count(block.WrittenSpan[Block.HeaderLength..]);
        Block.Seal(BlockSpan(), BlockKind.Piece);
        return true;
    }

    private void Count(ReadOnlySpan<byte> piece)
    {
        var entries = new SnapshotPieceReader(piece);
        while (entries.MoveNext())
        {
            _keys++;
        }
    }

    private Span<byte> BlockSpan() => System.Runtime.InteropServices.MemoryMarshal.AsMemory(block.WrittenMemory).Span;

    private async Task SendAsync()
    {
        await output.WriteAsync(block.WrittenMemory, cancellation).ConfigureAwait(false);
        await output.FlushAsync(cancellation).ConfigureAwait(false);
    }
}
