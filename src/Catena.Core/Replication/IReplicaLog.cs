using Catena.Core.Primitives;
using Catena.Core.Replication.Log;
using Catena.Core.Replication.Messages;

namespace Catena.Core.Replication;

/// <summary>The log and state of one partition on this node, as its replica sees them.</summary>
/// <remarks>
/// <para>
/// Everything here is done in memory and returns at once; what changes anything returns the journal position at which the
/// change becomes stable, which the host reports with <see cref="Replica.Stable" />. Nothing blocks.
/// </para>
/// <para>A failure to append (no space) is reported by a negative position: nothing has changed then.</para>
/// </remarks>
public interface IReplicaLog
{
    /// <summary>The last entry, stable or not.</summary>
    Lsn Last { get; }

    /// <summary>The entry after which the log begins: zero, or where a snapshot stands.</summary>
    Lsn Base { get; }

    /// <summary>The sequence of the oldest entry that can still be read.</summary>
    ulong FirstReadable { get; }

    /// <summary>The sequence of the last entry applied.</summary>
    ulong Applied { get; }

    /// <summary>The steps from epoch to epoch, oldest first; the first begins at or before the entry after <see cref="Base" />.</summary>
    IReadOnlyList<EpochStart> Lineage { get; }

    /// <summary>Where the state came from a snapshot: it is exact only once the log is applied up to here.</summary>
    ulong CompleteThrough { get; }

    /// <summary>Appends the entry that begins an epoch.</summary>
    /// <param name="start">Its position: the sequence after <see cref="Last" />.</param>
    /// <param name="committed">The sequence up to which the log is known to be committed.</param>
    long AppendStart(Lsn start, ulong committed);

    /// <summary>Appends one received entry, which follows <see cref="Last" />.</summary>
    /// <param name="frame">A whole frame whose checksum has been verified.</param>
    long AppendFrame(ReadOnlySpan<byte> frame);

    /// <summary>Removes all entries after <paramref name="lastKept" />, which is not below <see cref="Applied" />. There is always space for that.</summary>
    long Truncate(ulong lastKept);

    /// <summary>Makes the replica's own record durable; the newest counts. There is always space for that.</summary>
    long SaveRecord(ReplicaRecord record);

    /// <summary>Reads entries in order from <paramref name="from" /> on, at least one and at most about <paramref name="maxBytes" />.</summary>
    /// <param name="from">The first sequence; readable.</param>
    /// <param name="maxBytes">Where to stop.</param>
    /// <param name="last">The position of the last entry read.</param>
    /// <returns>The frames, one behind the other; empty where the first of them cannot be read because of damage, which the host sees to.</returns>
    ReadOnlyMemory<byte> Read(ulong from, int maxBytes, out Lsn last);

    /// <summary>Reads the part of the state that follows <paramref name="cursor" />.</summary>
    /// <param name="cursor">Empty for the start; otherwise what the call before left.</param>
    /// <param name="maxBytes">Where to stop.</param>
    /// <param name="items">What was read.</param>
    /// <param name="next">The cursor of the next part; null after the last.</param>
    /// <returns>False where a part of the state cannot be read because of damage, which the host sees to.</returns>
    bool TryReadSnapshot(ReadOnlyMemory<byte> cursor, int maxBytes, out ReadOnlyMemory<byte> items, out byte[]? next);

    /// <summary>The results kept for retries, encoded.</summary>
    ReadOnlyMemory<byte> ReadResults();

    /// <summary>Keeps entries after <paramref name="sequence" /> readable until the pin is set anew; <see cref="ulong.MaxValue" /> for no pin.</summary>
    void Pin(ulong sequence);

    /// <summary>Takes one chunk of a snapshot, which arrives beside what is there; the last one makes it take the place of that at once.</summary>
    /// <remarks>Negative where there is no space, or where an earlier chunk of the snapshot is no longer there: it must begin anew.</remarks>
    long Install(SnapshotChunk chunk);

    /// <summary>Notes durably that the end of the log is no longer in doubt.</summary>
    void TailIsProven();

    /// <summary>Begins an empty copy in the place of one that was given up.</summary>
    void StartAnew();
}
