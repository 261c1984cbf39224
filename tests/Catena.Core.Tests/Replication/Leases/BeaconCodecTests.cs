using System.Buffers;
using System.Collections.Immutable;
using Catena.Core.Primitives;
using Catena.Core.Replication.Leases;

namespace Catena.Core.Tests.Replication.Leases;

/// <summary>Beacons as bytes.</summary>
public sealed class BeaconCodecTests
{
    [Fact]
    public void Beacons_replies_and_returns_are_read_as_written()
    {
        Run((prng, _) =>
        {
            ImmutableArray<LeaseRequest>? requests = prng.Chance(0.3) ? null : [.. Many(prng, () => Request(prng))];
            var beacon = new Beacon(Number(prng), Number(prng), Number(prng), requests, [.. Many(prng, () => new NodeId(prng.NextUInt64()))]);
            var read = BeaconCodec.TryReadBeacon(Written(writer => BeaconCodec.Write(writer, beacon)));
            Assert.NotNull(read);
            Assert.Equal(beacon, read with { Requests = beacon.Requests, Heard = beacon.Heard });
            Assert.Equal(beacon.Requests, read.Requests);
            Assert.Equal(beacon.Heard, read.Heard);

            ImmutableArray<int> refused = [.. Many(prng, () => prng.Next(prng.Chance(0.1) ? int.MaxValue : 300)).Distinct().Order()];
            var reply = new BeaconReply(Number(prng), Number(prng), Number(prng), prng.Chance(0.5), refused, beacon.Heard);
            var readReply = BeaconCodec.TryReadReply(Written(writer => BeaconCodec.Write(writer, reply)));
            Assert.NotNull(readReply);
            Assert.Equal(reply, readReply with { Refused = reply.Refused, Heard = reply.Heard });
            Assert.Equal(reply.Refused, readReply.Refused);
            Assert.Equal(reply.Heard, readReply.Heard);

            var returned = new LeaseReturn(Number(prng), Number(prng));
            Assert.Equal(returned, BeaconCodec.TryReadReturn(Written(writer => BeaconCodec.Write(writer, returned))));
        });
    }

    [Fact]
    public void A_cut_or_lengthened_message_is_none()
    {
        Run((prng, _) =>
        {
            var beacon = new Beacon(Number(prng), Number(prng), 1, [.. Many(prng, () => Request(prng))], [new NodeId(1)]);
            var bytes = Written(writer => BeaconCodec.Write(writer, beacon));
            Assert.Null(BeaconCodec.TryReadBeacon(bytes.AsSpan(0, prng.Next(bytes.Length))));
            Assert.Null(BeaconCodec.TryReadBeacon([.. bytes, 0]));
            var reply = new BeaconReply(Number(prng), 1, 1, false, [1, 5], [new NodeId(1)]);
            bytes = Written(writer => BeaconCodec.Write(writer, reply));
            Assert.Null(BeaconCodec.TryReadReply(bytes.AsSpan(0, prng.Next(bytes.Length))));
            Assert.Null(BeaconCodec.TryReadReply([.. bytes, 0]));
            bytes = Written(writer => BeaconCodec.Write(writer, new LeaseReturn(Number(prng), Number(prng))));
            Assert.Null(BeaconCodec.TryReadReturn(bytes.AsSpan(0, prng.Next(bytes.Length))));
            Assert.Null(BeaconCodec.TryReadReturn([.. bytes, 0]));
        });
    }

    [Fact]
    public void A_partition_that_there_cannot_be_makes_a_beacon_none()
    {
        Assert.NotNull(BeaconCodec.TryReadBeacon(Asking(ushort.MaxValue)));
        Assert.Null(BeaconCodec.TryReadBeacon(Asking(ushort.MaxValue + 1)));

        static byte[] Asking(ulong partition) => Written(writer =>
        {
            Numbers(writer, 1, 1, 1);
            writer.WriteByte(1);
            Numbers(writer, 1, partition, 4, 0);
        });
    }

    [Fact]
    public void A_refused_place_that_no_list_has_makes_an_answer_none()
    {
        Assert.NotNull(BeaconCodec.TryReadReply(Refusing(int.MaxValue - 1)));
        Assert.Null(BeaconCodec.TryReadReply(Refusing(int.MaxValue)));
        Assert.Null(BeaconCodec.TryReadReply(Refusing(ulong.MaxValue)));
        Assert.Null(BeaconCodec.TryReadReply(Refusing(int.MaxValue - 1, int.MaxValue - 1)));
        Assert.Null(BeaconCodec.TryReadReply(Refusing(1, ulong.MaxValue)));

        static byte[] Refusing(params ulong[] skipped) => Written(writer =>
        {
            Numbers(writer, 1, 1, 1);
            writer.WriteByte(0);
            Numbers(writer, [(ulong)skipped.Length, .. skipped, 0]);
        });
    }

    [Fact]
    public void A_flag_is_yes_or_no()
    {
        foreach (var (flag, isBeacon) in new[] { ((byte)0, true), ((byte)2, false) })
        {
            var beacon = Written(writer =>
            {
                Numbers(writer, 1, 1, 1);
                writer.WriteByte(flag);
                Numbers(writer, 0);
            });
            Assert.Equal(isBeacon, BeaconCodec.TryReadBeacon(beacon) is not null);
        }
    }

    [Fact]
    public void No_bytes_make_the_reader_throw_or_give_what_it_would_not_write()
    {
        Run((prng, unused) =>
        {
            var bytes = new byte[prng.Next(60)];
            for (var index = 0; index < bytes.Length; index++)
            {
                bytes[index] = (byte)prng.Next(prng.Chance(0.7) ? 6 : 256);
            }

            _ = BeaconCodec.TryReadBeacon(bytes);
            _ = BeaconCodec.TryReadReturn(bytes);
            if (BeaconCodec.TryReadReply(bytes) is { } reply)
            {
                Assert.Equal(reply.Refused, [.. reply.Refused.Distinct().Order()]);
                Assert.All(reply.Refused, place => Assert.True(place >= 0));
            }
        });
    }

    private static void Run(Action<Prng, int> check)
    {
        var seed = (ulong)Random.Shared.NextInt64();
        var prng = new Prng(seed);
        for (var round = 0; round < 3000; round++)
        {
            try
            {
                check(prng, round);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}, round {round}", e);
            }
        }
    }

    private static IEnumerable<T> Many<T>(Prng prng, Func<T> make) => Enumerable.Range(0, prng.Next(9)).Select(_ => make()).ToArray();

    private static ulong Number(Prng prng) => prng.NextUInt64() >> prng.Next(64);

    private static LeaseRequest Request(Prng prng) => new(new PartitionId((ushort)prng.Next(16_384)), new Epoch(Number(prng)));

    private static void Numbers(IBufferWriter<byte> writer, params ulong[] numbers)
    {
        foreach (var number in numbers)
        {
            writer.WriteVarint(number);
        }
    }

    private static byte[] Written(Action<IBufferWriter<byte>> write)
    {
        var writer = new ArrayBufferWriter<byte>();
        write(writer);
        return writer.WrittenSpan.ToArray();
    }
}
