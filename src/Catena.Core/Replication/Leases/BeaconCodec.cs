using System.Buffers;
using System.Collections.Immutable;
using Catena.Core.Primitives;

namespace Catena.Core.Replication.Leases;

/// <summary>Beacons, their answers and returned leases as bytes: the fields in the order of the records.</summary>
/// <remarks>The bytes do not say which of the three they are; what carries them does.</remarks>
public static class BeaconCodec
{
    /// <summary>Writes a beacon.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="beacon">What is sent.</param>
    public static void Write(IBufferWriter<byte> writer, Beacon beacon)
    {
        ArgumentNullException.ThrowIfNull(beacon);
        writer.WriteVarint(beacon.Incarnation);
        writer.WriteVarint(beacon.Round);
        writer.WriteVarint(beacon.ListVersion);
        WriteFlag(writer, beacon.Requests is not null);
        if (beacon.Requests is { } requests)
        {
            writer.WriteVarint((ulong)requests.Length);
            foreach (var request in requests)
            {
                writer.WriteVarint(request.Partition.Value);
                writer.WriteVarint(request.Epoch.Value);
            }
        }

        ConfigurationCodec.WriteNodes(writer, beacon.Heard);
    }

    /// <summary>Writes the answer to a beacon.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="reply">What is sent; the refused places in ascending order.</param>
    public static void Write(IBufferWriter<byte> writer, BeaconReply reply)
    {
        ArgumentNullException.ThrowIfNull(reply);
        writer.WriteVarint(reply.Incarnation);
        writer.WriteVarint(reply.Round);
        writer.WriteVarint(reply.ResponderIncarnation);
        WriteFlag(writer, reply.NeedsList);
        writer.WriteVarint((ulong)reply.Refused.Length);
        var next = 0;
        foreach (var place in reply.Refused)
        {
            Invariant.Holds(place >= next, "the refused places of a beacon's answer do not ascend");
            writer.WriteVarint((ulong)(place - next));
            next = place + 1;
        }

        ConfigurationCodec.WriteNodes(writer, reply.Heard);
    }

    /// <summary>Writes a return of leases.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="returned">What is sent.</param>
    public static void Write(IBufferWriter<byte> writer, LeaseReturn returned)
    {
        ArgumentNullException.ThrowIfNull(returned);
        writer.WriteVarint(returned.Incarnation);
        writer.WriteVarint(returned.Round);
    }

    /// <summary>Reads a beacon.</summary>
    /// <param name="source">One whole beacon.</param>
    /// <returns>The beacon, or null where the bytes are none.</returns>
    public static Beacon? TryReadBeacon(ReadOnlySpan<byte> source)
    {
        var reader = new ByteReader(source);
        var incarnation = reader.ReadVarint();
        var round = reader.ReadVarint();
        var version = reader.ReadVarint();
        ImmutableArray<LeaseRequest>? requests = ReadFlag(ref reader) ? ReadRequests(ref reader) : null;
        var heard = ConfigurationCodec.ReadNodes(ref reader);
        return reader.IsAtEnd ? new Beacon(incarnation, round, version, requests, heard) : null;
    }

    /// <summary>Reads the answer to a beacon.</summary>
    /// <param name="source">One whole answer.</param>
    /// <returns>The answer, or null where the bytes are none.</returns>
    public static BeaconReply? TryReadReply(ReadOnlySpan<byte> source)
    {
        var reader = new ByteReader(source);
        var incarnation = reader.ReadVarint();
        var round = reader.ReadVarint();
        var responder = reader.ReadVarint();
        var needsList = ReadFlag(ref reader);
        var refused = ReadPlaces(ref reader);
        var heard = ConfigurationCodec.ReadNodes(ref reader);
        return reader.IsAtEnd ? new BeaconReply(incarnation, round, responder, needsList, refused, heard) : null;
    }

    /// <summary>Reads a return of leases.</summary>
    /// <param name="source">One whole return.</param>
    /// <returns>The return, or null where the bytes are none.</returns>
    public static LeaseReturn? TryReadReturn(ReadOnlySpan<byte> source)
    {
        var reader = new ByteReader(source);
        var incarnation = reader.ReadVarint();
        var round = reader.ReadVarint();
        return reader.IsAtEnd ? new LeaseReturn(incarnation, round) : null;
    }

    private static ImmutableArray<LeaseRequest> ReadRequests(ref ByteReader reader)
    {
        var count = reader.ReadCount();
        var requests = ImmutableArray.CreateBuilder<LeaseRequest>(Math.Min(count, reader.Rest.Length / 2));
        for (var index = 0; index < count && reader.IsValid; index++)
        {
            var partition = reader.ReadVarint();
            if (partition > ushort.MaxValue)
            {
                reader.Fail();
            }

            requests.Add(new LeaseRequest(new PartitionId((ushort)partition), new Epoch(reader.ReadVarint())));
        }

        return requests.ToImmutable();
    }

    private static ImmutableArray<int> ReadPlaces(ref ByteReader reader)
    {
        var count = reader.ReadCount();
        var places = ImmutableArray.CreateBuilder<int>(Math.Min(count, reader.Rest.Length));
        var next = 0UL;
        for (var index = 0; index < count && reader.IsValid; index++)
        {
            var skipped = reader.ReadVarint();
            if (skipped > int.MaxValue || next + skipped >= int.MaxValue)
            {
                reader.Fail();
                break;
            }

            places.Add((int)(next + skipped));
            next += skipped + 1;
        }

        return places.ToImmutable();
    }

    private static void WriteFlag(IBufferWriter<byte> writer, bool flag) => writer.WriteByte(flag ? (byte)1 : (byte)0);

    private static bool ReadFlag(ref ByteReader reader)
    {
        var flag = reader.ReadByte();
        if (flag > 1)
        {
            reader.Fail();
        }

        return flag == 1;
    }
}
