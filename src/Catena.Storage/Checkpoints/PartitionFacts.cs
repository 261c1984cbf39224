using System.Buffers;
using Catena.Core.Primitives;
using Catena.Core.Replication.Log;
using Catena.Storage.Partitions;

namespace Catena.Storage.Checkpoints;

/// <summary>All that is held of a partition beside its keys, at one position of the journal: every record before it is in here, none behind it.</summary>
internal sealed record PartitionFacts
{
    /// <summary>What the log starts after.</summary>
    internal required Lsn Base { get; init; }

    /// <summary>The last entry.</summary>
    internal required Lsn Last { get; init; }

    /// <summary>The epochs of the log, up to the base and after it.</summary>
    internal required EpochStart[] Lineage { get; init; }

    /// <summary>The sequence of the first entry whose position is known.</summary>
    internal required ulong FirstReadable { get; init; }

    /// <summary>Where the entries are, from that one on to the last.</summary>
    internal required long[] Positions { get; init; }

    /// <summary>Up to where entries are applied.</summary>
    internal required ulong Applied { get; init; }

    /// <summary>From which applied sequence on the state of the last install is exact.</summary>
    internal required ulong CompleteThrough { get; init; }

    /// <summary>The number of the partition's last record other than an entry.</summary>
    internal required ulong Control { get; init; }

    /// <summary>Whether entries may be missing at the end.</summary>
    internal required bool LostTail { get; init; }

    /// <summary>Whether the content was given up.</summary>
    internal required bool GivenUp { get; init; }

    /// <summary>The replica's own record.</summary>
    internal required ReadOnlyMemory<byte> ReplicaState { get; init; }

    /// <summary>The results of requests as of <see cref="Applied" />.</summary>
    internal required ReadOnlyMemory<byte> Results { get; init; }

    /// <summary>Writes the facts.</summary>
    internal void WriteTo(IBufferWriter<byte> writer)
    {
        ControlRecords.WriteInstallBegin(writer, Base, Lineage);
        writer.WriteLsn(Last);
        writer.WriteVarint(FirstReadable);
        writer.WriteVarint((ulong)Positions.Length);
        var before = 0L;
        foreach (var position in Positions)
        {
            writer.WriteVarint((ulong)(position - before));
            before = position;
        }

        writer.WriteVarint(Applied);
        writer.WriteVarint(CompleteThrough);
        writer.WriteVarint(Control);
        writer.WriteByte((byte)((LostTail ? 1 : 0) | (GivenUp ? 2 : 0)));
        writer.WriteString(ReplicaState.Span);
        writer.WriteString(Results.Span);
    }

    /// <summary>Reads facts.</summary>
    /// <returns>Null where they are malformed or contradict themselves.</returns>
    internal static PartitionFacts? TryRead(ReadOnlySpan<byte> content)
    {
        var reader = new ByteReader(content);
        var @base = reader.ReadLsn();
        var lineage = new EpochStart[reader.ReadCount()];
        for (var index = 0; index < lineage.Length && reader.IsValid; index++)
        {
            var epoch = reader.ReadVarint();
            lineage[index] = new EpochStart(new Epoch(epoch), reader.ReadVarint());
        }

        var last = reader.ReadLsn();
        var first = reader.ReadVarint();
        var positions = new long[reader.ReadCount()];
        for (var index = 0; index < positions.Length && reader.IsValid; index++)
        {
            positions[index] = (index == 0 ? 0 : positions[index - 1]) + (long)reader.ReadVarint();
        }

        var applied = reader.ReadVarint();
        var completeThrough = reader.ReadVarint();
        var control = reader.ReadVarint();
        var flags = reader.ReadByte();
        var facts = new PartitionFacts
        {
            Base = @base,
            Last = last,
            Lineage = lineage,
            FirstReadable = first,
            Positions = positions,
            Applied = applied,
            CompleteThrough = completeThrough,
            Control = control,
            LostTail = (flags & 1) != 0,
            GivenUp = (flags & 2) != 0,
            ReplicaState = reader.ReadString().ToArray(),
            Results = reader.ReadString().ToArray(),
        };
        return reader.IsAtEnd && facts.IsSane ? facts : null;
    }

    /// <summary>Whether the parts go together.</summary>
    private bool IsSane =>
        ControlRecords.LeadsTo(Lineage, Last)
        && FirstReadable + (ulong)Positions.Length == Last.Sequence + 1
        && FirstReadable > Base.Sequence
        && Applied <= Last.Sequence
        && Applied >= Base.Sequence
        && FirstReadable <= Applied + 1;
}
