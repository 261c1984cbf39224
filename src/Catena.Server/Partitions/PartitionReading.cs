using System.Buffers;
using Catena.Core.Commands;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Storage.Partitions;

namespace Catena.Server.Partitions;

/// <summary>Somebody's reading of a partition's state and of its log from some position on, which keeps that part of the log until it is disposed.</summary>
/// <remarks>
/// For one caller at a time. Only what is committed is ever told, so a first member that was deposed meanwhile tells nothing wrong, only less.
/// </remarks>
public sealed class PartitionReading : IDisposable
{
    private readonly PartitionHost _host;
    private readonly int _copy;
    private bool _isDisposed;

    internal PartitionReading(PartitionHost host, Lsn after, Epoch epoch, SlotRange slots, int copy)
    {
        _host = host;
        _copy = copy;
        After = after;
        Epoch = epoch;
        Slots = slots;
    }

    /// <summary>The entry after which the log is kept; for a snapshot the last that was applied when it began.</summary>
    public Lsn After { get; }

    /// <summary>The epoch when it began.</summary>
    public Epoch Epoch { get; }

    /// <summary>The partition's slots.</summary>
    public SlotRange Slots { get; }

    /// <summary>The last entry that is applied by now.</summary>
    public Lsn Applied => _host.AppliedNow;

    /// <summary>Reads a piece of the state, without the partition's lock.</summary>
    /// <param name="from">The stored key to go on from; empty at first.</param>
    /// <param name="maxBytes">The piece ends once it is this long.</param>
    /// <param name="output">Where to.</param>
    /// <param name="next">The stored key to go on from; null behind the last piece.</param>
    /// <returns>False where the copy that was read has been replaced, so that nothing read since counts.</returns>
    /// <exception cref="Storage.Errors.StorageDamagedException">It is damaged, and there is no other copy.</exception>
    public bool TryReadPiece(ReadOnlySpan<byte> from, int maxBytes, IBufferWriter<byte> output, out byte[]? next) =>
        _host.TryReadPiece(_copy, from, maxBytes, output, out next);

    /// <summary>Visits keys of the state in order, without the partition's lock.</summary>
    /// <param name="from">The stored key to go on from; empty at first.</param>
    /// <param name="maxBytes">About how much is visited.</param>
    /// <param name="visitor">Who is visited.</param>
    /// <param name="outcome">How far it came.</param>
    /// <returns>False where the copy that was read has been replaced, so that nothing visited counts.</returns>
    /// <exception cref="Storage.Errors.StorageDamagedException">It is damaged, and there is no other copy.</exception>
    internal bool TryVisit<TVisitor>(ReadOnlySpan<byte> from, int maxBytes, ref TVisitor visitor, out ScanOutcome outcome)
        where TVisitor : IEntryVisitor => _host.TryVisit(_copy, from, maxBytes, ref visitor, out outcome);

    /// <summary>Reads applied entries in order, under the partition's lock.</summary>
    /// <param name="after">The entry before the first wanted.</param>
    /// <param name="through">The last wanted; later ones that are not applied yet are left out.</param>
    /// <param name="maxBytes">About how many bytes.</param>
    /// <param name="output">Where to.</param>
    /// <param name="last">The last entry read, or <paramref name="after" />.</param>
    /// <returns>False where the log was replaced meanwhile, so that the entries are no longer kept.</returns>
    public bool TryReadLog(Lsn after, ulong through, int maxBytes, IBufferWriter<byte> output, out Lsn last) =>
        _host.TryReadLog(_copy, after, through, maxBytes, output, out last);

    /// <summary>Whether this node has been the only one to decide the partition's commands from the beginning to now.</summary>
    /// <remarks>What was read is then as new as the moment when the reading began.</remarks>
    public Task<bool> IsFreshAsync() => _host.IsSoleDeciderAsync(Epoch);

    /// <inheritdoc />
    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _host.EndReading(After.Sequence);
        }
    }
}
