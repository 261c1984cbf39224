using System.Buffers;
using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Core.Replication.Log;
using Catena.Storage.Errors;
using Catena.Storage.Journaling;

namespace Catena.Storage.Partitions;

/// <content>Snapshots: read out piece by piece while writes go on, and installed beside what is there.</content>
public sealed partial class PartitionStore
{
    /// <summary>Writes one piece of a snapshot, for <see cref="InstallChunk" /> elsewhere. Any thread.</summary>
    /// <remarks>
    /// Who feeds a snapshot notes <see cref="Applied" /> as its base and pins the log there before the first piece, and tells the receiver the
    /// <see cref="Applied" /> after the last one as <see cref="CompleteThrough" />.
    /// </remarks>
    /// <param name="from">The key to go on from; empty at first.</param>
    /// <param name="maxBytes">The piece ends once it is this long; at least one entry is in it.</param>
    /// <param name="output">Where to.</param>
    /// <param name="next">The key to go on from; null where this was the last piece.</param>
    public void ReadSnapshotChunk(ReadOnlySpan<byte> from, int maxBytes, IBufferWriter<byte> output, out byte[]? next)
    {
        var writer = SnapshotWriter.Take();
        var outcome = _state.Scan(from, default, int.MaxValue, maxBytes, ref writer);
        writer.WriteTo(output);
        next = outcome.Ended ? null : writer.NextKey();
        writer.Return();
    }

    /// <summary>Begins to receive a snapshot beside what is there.</summary>
    /// <param name="base">The feeder's applied position before the first piece: the log will start after it.</param>
    /// <param name="lineage">The feeder's lineage up to the base.</param>
    /// <returns>The journal position that must be durable for it to be.</returns>
    /// <exception cref="ArgumentException">The lineage does not lead to the base.</exception>
    public long BeginInstall(Lsn @base, ReadOnlySpan<EpochStart> lineage)
    {
        if (!ControlRecords.LeadsTo(lineage, @base))
        {
            throw new ArgumentException($"The lineage does not lead to {@base}.", nameof(lineage));
        }

        _body.ResetWrittenCount();
        ControlRecords.WriteInstallBegin(_body, @base, lineage);
        var through = AppendControl(RecordType.InstallBegin, _body.WrittenSpan, LastLsn, out _, SpaceUse.Ordinary);
        _installation = new Installation(@base, lineage.ToArray(), NewState());
        return through;
    }

    /// <summary>Receives one piece of the snapshot.</summary>
    /// <param name="chunk">What <see cref="ReadSnapshotChunk" /> wrote.</param>
    /// <returns>The journal position that must be durable for it to be.</returns>
    /// <exception cref="InvalidDataException">The piece is damaged; nothing was done.</exception>
    /// <exception cref="StorageFullException">There is no space; nothing was done.</exception>
    /// <exception cref="InvalidOperationException">No snapshot is arriving.</exception>
    public long InstallChunk(ReadOnlySpan<byte> chunk)
    {
        var installation = _installation ?? throw NotInstalling();
        if (!SnapshotChunk.IsValid(chunk))
        {
            throw new InvalidDataException($"A piece of {chunk.Length} bytes of a snapshot of partition {Id} is damaged.");
        }

        var through = AppendControl(RecordType.InstallChunk, chunk, LastLsn, out var position, SpaceUse.Ordinary);
        installation.State.AddChunk(_reader.Read(position, out _), position);
        _reader.Release();
        installation.Chunks++;
        return through;
    }

    /// <summary>Makes the snapshot replace log and state at once.</summary>
    /// <param name="completeThrough">The feeder's applied sequence after the last piece; not under the base.</param>
    /// <param name="results">What <see cref="RequestResults.WriteTo" /> of the feeder wrote between base and then.</param>
    /// <returns>The journal position that must be durable for it to be.</returns>
    /// <exception cref="InvalidDataException">The results are malformed; nothing was done.</exception>
    /// <exception cref="InvalidOperationException">No snapshot is arriving.</exception>
    public long EndInstall(ulong completeThrough, ReadOnlySpan<byte> results)
    {
        var installation = _installation ?? throw NotInstalling();
        var reader = new ByteReader(results);
        if (!installation.State.Results.TryReadFrom(ref reader) || !reader.IsAtEnd || completeThrough < installation.Base.Sequence)
        {
            throw new InvalidDataException($"The end of a snapshot of partition {Id} is malformed.");
        }

        _body.ResetWrittenCount();
        ControlRecords.WriteInstallEnd(_body, installation.Chunks, completeThrough, results);
        var through = AppendControl(RecordType.InstallEnd, _body.WrittenSpan, installation.Base, out _);
        Complete(installation, completeThrough);
        return through;
    }

    /// <summary>Abandons the snapshot that is arriving, if one is; nothing needs to be durable for it.</summary>
    public void AbandonInstall() => _installation = null;

    private static InvalidOperationException NotInstalling() => new("No snapshot is arriving.");

    private void Complete(Installation installation, ulong completeThrough)
    {
        _installation = null;
        _copy++;
        _state = installation.State;
        _log.Restart(installation.Base, installation.Lineage);
        _unapplied.Clear();
        _state.Deletions.Since = installation.Base;
        _applied = installation.Base.Sequence;
        _exactFrom = 0;
        _knownCommitted = 0;
        _sums.Clear();
        CompleteThrough = completeThrough;
        LostTail = false;
        GivenUp = false;
    }
}
