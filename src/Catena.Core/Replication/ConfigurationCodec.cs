using System.Buffers;
using System.Collections.Immutable;
using Catena.Core.Primitives;

namespace Catena.Core.Replication;

/// <summary>Configurations as bytes, for messages and records.</summary>
public static class ConfigurationCodec
{
    /// <summary>Writes a configuration.</summary>
    public static void Write(IBufferWriter<byte> writer, Configuration configuration)
    {
        writer.WriteVarint(configuration.Epoch.Value);
        writer.WriteByte((byte)configuration.Mode);
        writer.WriteVarint(configuration.Generation);
        writer.WriteVarint(configuration.InSyncEpoch.Value);
        WriteNodes(writer, configuration.Members);
        WriteNodes(writer, configuration.Learners);
        WriteNodes(writer, configuration.InSyncMembers);
    }

    /// <summary>Reads a configuration; the reader is invalid afterwards where there was none.</summary>
    public static Configuration Read(ref ByteReader reader)
    {
        var epoch = new Epoch(reader.ReadVarint());
        var mode = (ReplicationMode)reader.ReadByte();
        var generation = reader.ReadVarint();
        var inSyncEpoch = new Epoch(reader.ReadVarint());
        var members = ReadNodes(ref reader);
        var learners = ReadNodes(ref reader);
        var inSyncMembers = ReadNodes(ref reader);
        if (members.IsEmpty || generation > uint.MaxValue || !Enum.IsDefined(mode))
        {
            reader.Fail();
        }

        return new Configuration
        {
            Epoch = epoch,
            Mode = mode,
            Generation = (uint)generation,
            Members = members,
            Learners = learners,
            InSyncEpoch = inSyncEpoch,
            InSyncMembers = inSyncMembers,
        };
    }

    /// <summary>Writes node ids with their count before them.</summary>
    public static void WriteNodes(IBufferWriter<byte> writer, ImmutableArray<NodeId> nodes)
    {
        writer.WriteVarint((ulong)nodes.Length);
        foreach (var node in nodes)
        {
            writer.WriteUInt64(node.Value);
        }
    }

    /// <summary>Reads what <see cref="WriteNodes" /> wrote.</summary>
    public static ImmutableArray<NodeId> ReadNodes(ref ByteReader reader)
    {
        var count = reader.ReadCount();
        var nodes = ImmutableArray.CreateBuilder<NodeId>(Math.Min(count, reader.Rest.Length / sizeof(ulong)));
        for (var index = 0; index < count && reader.IsValid; index++)
        {
            nodes.Add(new NodeId(reader.ReadUInt64()));
        }

        return nodes.ToImmutable();
    }
}
