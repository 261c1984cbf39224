using System.Buffers;
using Catena.Core.Primitives;
using Catena.Core.Replication.Log;

namespace Catena.Storage.Partitions;

/// <summary>The bodies of the journal's records about a partition other than entries.</summary>
/// <remarks>
/// Truncate: last kept sequence u64. Reset: reason u8. TailLost: u8, 1 or 0. InstallBegin: base as an LSN, count of epochs and for each
/// epoch and first sequence, all variable-length numbers. InstallChunk: the chunk (<see cref="SnapshotChunk" />). InstallEnd: number of chunks
/// and complete-through sequence as variable-length numbers, then the results of requests up to the end. ReplicaState and NodeRecord: the caller's bytes.
/// </remarks>
internal static class ControlRecords
{
    /// <summary>Writes the body of an InstallBegin record.</summary>
    internal static void WriteInstallBegin(IBufferWriter<byte> writer, in Lsn @base, ReadOnlySpan<EpochStart> lineage)
    {
        writer.WriteLsn(@base);
        writer.WriteVarint((ulong)lineage.Length);
        foreach (var step in lineage)
        {
            writer.WriteVarint(step.Epoch.Value);
            writer.WriteVarint(step.FirstSequence);
        }
    }

    /// <summary>Reads the body of an InstallBegin record.</summary>
    /// <returns>False where it is malformed or its lineage does not lead to its base.</returns>
    internal static bool TryReadInstallBegin(ReadOnlySpan<byte> body, out Lsn @base, out EpochStart[] lineage)
    {
        var reader = new ByteReader(body);
        @base = reader.ReadLsn();
        lineage = new EpochStart[reader.ReadCount()];
        for (var index = 0; index < lineage.Length && reader.IsValid; index++)
        {
            var epoch = reader.ReadVarint();
            lineage[index] = new EpochStart(new Epoch(epoch), reader.ReadVarint());
        }

        return reader.IsAtEnd && LeadsTo(lineage, @base);
    }

    /// <summary>Whether a lineage grows and ends with the epoch of a base.</summary>
    internal static bool LeadsTo(ReadOnlySpan<EpochStart> lineage, in Lsn @base)
    {
        for (var index = 1; index < lineage.Length; index++)
        {
            if (lineage[index].Epoch <= lineage[index - 1].Epoch || lineage[index].FirstSequence <= lineage[index - 1].FirstSequence)
            {
                return false;
            }
        }

        return lineage.IsEmpty
            ? @base == Lsn.Zero
            : lineage[^1].Epoch == @base.Epoch && lineage[^1].FirstSequence <= @base.Sequence;
    }

    /// <summary>Writes the body of an InstallEnd record.</summary>
    internal static void WriteInstallEnd(IBufferWriter<byte> writer, ulong chunks, ulong completeThrough, ReadOnlySpan<byte> results)
    {
        writer.WriteVarint(chunks);
        writer.WriteVarint(completeThrough);
        writer.Write(results);
    }
}
