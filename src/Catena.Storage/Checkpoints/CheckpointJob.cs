using Catena.Core.Primitives;
using Catena.Storage.Devices;
using Catena.Storage.Indexing;
using Catena.Storage.Journaling;
using Catena.Storage.Partitions;

namespace Catena.Storage.Checkpoints;

/// <summary>Writes one partition's checkpoint, a piece at a time, while the partition goes on.</summary>
/// <remarks>
/// What stands beside the keys is taken at one moment under the lock; the keys are copied afterwards, without it, each as of some later
/// moment. Applying the log from that first moment on is idempotent, so it makes the state exact from what was applied at the last one.
/// </remarks>
internal sealed class CheckpointJob : IDisposable
{
    private const int BlockBytes = 64 * 1024;
    private const int EntriesAtOnce = 512;

    private readonly IStorageFile _file;
    private readonly BlockWriter _blocks;
    private readonly PartitionState _state;
    private readonly ScanBatch _batch;
    private byte[] _next = [];
    private ulong _count;

    private CheckpointJob(PartitionStore store, IStorageFile file, CheckpointBuffers buffers, ulong number, long from)
    {
        _file = file;
        _blocks = new BlockWriter(file, buffers.Block);
        _batch = buffers.Batch;
        _state = store.State;
        Partition = store.Id;
        Number = number;
        From = from;
        Keep = store.FirstUnapplied ?? from;
        Standing = store.Standing;
        Applied = store.Applied.Sequence;
    }

    /// <summary>The partition.</summary>
    internal PartitionId Partition { get; }

    /// <summary>The checkpoint's number.</summary>
    internal ulong Number { get; }

    /// <summary>The position of the journal that it stands for.</summary>
    internal long From { get; }

    /// <summary>Where the entries begin that were not applied then.</summary>
    internal long Keep { get; }

    /// <summary>Where the partition stood then.</summary>
    internal Standing Standing { get; }

    /// <summary>What was applied then.</summary>
    internal ulong Applied { get; }

    /// <summary>Whether all keys have been written.</summary>
    internal bool HasAllKeys { get; private set; }

    /// <summary>Begins a checkpoint; under the partition's lock.</summary>
    /// <exception cref="Errors.StorageFullException">There is no space.</exception>
    internal static CheckpointJob Begin(
        PartitionStore store, IStorageDevice device, CheckpointBuffers buffers, in NodeIdentity identity, ulong number, long from)
    {
        var file = device.Open(CheckpointFormat.CheckpointName(store.Id, number), create: true);
        var job = new CheckpointJob(store, file, buffers, number, from);
        try
        {
            file.SetLength(0);
            Span<byte> header = stackalloc byte[CheckpointFormat.HeaderLength];
            CheckpointFormat.WriteHeader(header, CheckpointFormat.CheckpointMagic, store.Id, number, identity);
            job._blocks.Begin(header);
            store.Facts().WriteTo(job._blocks.BeginBlock());
            job._blocks.EndBlock(BlockKind.Facts);
            return job;
        }
        catch
        {
            job.Dispose();
            throw;
        }
    }

    /// <summary>Writes one block of keys.</summary>
    /// <returns>The bytes written.</returns>
    /// <exception cref="Errors.StorageFullException">There is no space.</exception>
    internal long Step()
    {
        var before = _blocks.Length;
        var block = _blocks.BeginBlock();
        while (_blocks.BlockLength < BlockBytes && !HasAllKeys)
        {
            _state.CopyEntries(_next, EntriesAtOnce, _batch);
            foreach (ref readonly var item in _batch.Items)
            {
                EntryCodec.Write(block, _batch.Key(item), item.Entry, item.Entry.IsInline ? _batch.Value(item) : default);
                _count++;
            }

            HasAllKeys = !_batch.HasMore;
            _next = HasAllKeys ? [] : _batch.Next.ToArray();
        }

        _blocks.EndBlock(BlockKind.Entries);
        return _blocks.Length - before;
    }

    /// <summary>Learns what has been applied by now; under the partition's lock, once all keys are written.</summary>
    /// <returns>The applied sequence; null where the state was replaced meanwhile, so that the checkpoint is of no use.</returns>
    internal ulong? ExactFrom(PartitionStore store) => ReferenceEquals(store.State, _state) ? store.Applied.Sequence : null;

    /// <summary>Writes the end, and makes the file durable; its name is so only with the manifest's.</summary>
    /// <returns>The file's length.</returns>
    /// <exception cref="Errors.StorageFullException">There is no space.</exception>
    internal long End(ulong exactFrom)
    {
        var block = _blocks.BeginBlock();
        block.WriteVarint(_count);
        block.WriteVarint(exactFrom);
        _blocks.EndBlock(BlockKind.End);
        _file.Sync();

        // Before the next start only the scrubber reads it, and that from the device.
        _file.Uncache(0, _blocks.Length);
        return _blocks.Length;
    }

    /// <inheritdoc />
    public void Dispose() => _file.Dispose();
}
