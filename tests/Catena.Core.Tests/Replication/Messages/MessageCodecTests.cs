using System.Buffers;
using System.Globalization;
using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Core.Replication.Flow;
using Catena.Core.Replication.Log;
using Catena.Core.Replication.Messages;
using Catena.Core.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace Catena.Core.Tests.Replication.Messages;

/// <summary>Replica messages, configurations and records as bytes.</summary>
public class MessageCodecTests
{
    private static readonly Arbitrary<int> Seeds = Gen.Choose(0, int.MaxValue).ToArbitrary();

    public static TheoryData<string, ReplicaMessage> Golden
    {
        get
        {
            var node = new NodeId(0x0102030405060708);
            var configuration = new Configuration { Epoch = new Epoch(3), Mode = ReplicationMode.Chain, Members = [node], Generation = 300 };
            var lsn = new Lsn(new Epoch(2), 9);
            byte[] bytes = [0xAA, 0xBB];
            return new TheoryData<string, ReplicaMessage>
            {
                { "010303" + "02AC0200010807060504030201" + "0000" + "010807060504030201", new EpochOpen(configuration, [node]) },
                { "0203" + "0209" + "010102" + "05", new EpochAck(new Epoch(3), lsn, [new EpochStart(new Epoch(1), 2)], 5) },
                { "0303" + "0302AC0200010807060504030201" + "0000", new EpochStale(configuration) },
                { "0403" + "0209", new LogFetch(new Epoch(3), lsn) },
                { "0503" + "0209" + "020A" + "02AABB", new LogSuffix(new Epoch(3), lsn, bytes, new Lsn(new Epoch(2), 10)) },
                { "0603" + "05" + "0209" + "08" + "07" + "04" + "0807060504030201" + "02AABB", new AppendEntries(new Epoch(3), 5, lsn, 8, 7, new Counting(4, node), bytes) },
                { "0703" + "09" + "07" + "08" + "04" + "05", new AppendAck(new Epoch(3), 9, 7, 8, 4, 5) },
                { "0803" + "0209" + "00" + "05", new AppendRefused(new Epoch(3), lsn, [], 5) },
                { "0903" + "05" + "01" + "04" + "0209" + "00" + "01" + "0C" + "02AABB" + "00", new SnapshotChunk(new Epoch(3), 5, 1, 4, lsn, [], bytes, true, 12, default) },
                { "0A03" + "01" + "04" + "00" + "05", new SnapshotAck(new Epoch(3), 1, 4, false, 5) },
                { "0B03", new GaveUp(new Epoch(3)) },
                { "0C03" + "01" + "01" + "0209" + "0807060504030201", new StateSums(new Epoch(3), true, [new StateSum(lsn, 0x0102030405060708)]) },
                { "0D03", new EpochWish(new Epoch(3)) },
                { "0E03" + "0807060504030201" + "02", new StandingTold(new Epoch(3), node, ReplicaStanding.Unfit) },
                { "0F03" + "09" + "05", new PositionAsk(new Epoch(3), 9, 5) },
                { "1003" + "09" + "0C" + "05", new PositionTold(new Epoch(3), 9, 12, 5) },
            };
        }
    }

    [Theory]
    [MemberData(nameof(Golden), DisableDiscoveryEnumeration = true)]
    public void The_bytes_of_a_message_are_pinned(string expected, ReplicaMessage message) => Assert.Equal(expected, Convert.ToHexString(Encode(message)));

    [Fact]
    public void Every_message_comes_back_as_it_was() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(2_000),
        Prop.ForAll(Seeds, seed =>
        {
            var message = AnyMessage.Of(new Prng((ulong)seed));
            var bytes = Encode(message);
            var back = MessageCodec.TryRead(bytes);
            return back is not null && back.GetType() == message.GetType() && Describe(back) == Describe(message) && Encode(back).AsSpan().SequenceEqual(bytes);
        }));

    [Fact]
    public void Anything_cut_short_or_followed_by_more_is_no_message()
    {
        for (var kind = 1; kind <= AnyMessage.Kinds; kind++)
        {
            var bytes = Encode(AnyMessage.OfKind(kind, new Prng((ulong)kind)));
            for (var length = 0; length < bytes.Length; length++)
            {
                Assert.Null(MessageCodec.TryRead(bytes.AsMemory(0, length)));
            }

            byte[] longer = [.. bytes, 0];
            Assert.Null(MessageCodec.TryRead(longer));
        }
    }

    [Fact]
    public void Damaged_messages_are_refused_without_an_exception() =>
        Fuzz.Run(20_000, prng => Encode(AnyMessage.Of(prng)), bytes => MessageCodec.TryRead(bytes));

    [Theory]
    [InlineData("0A03" + "01" + "FFFFFFFF0F" + "01" + "05", true)]
    [InlineData("0A03" + "01" + "8080808010" + "01" + "05", false)]
    [InlineData("0A03" + "01" + "04" + "02" + "05", false)]
    [InlineData("0E03" + "0807060504030201" + "03", true)]
    [InlineData("0E03" + "0807060504030201" + "04", false)]
    [InlineData("0E03" + "0807060504030201" + "00", false)]
    public void A_number_flag_or_standing_that_there_is_not_makes_bytes_no_message(string bytes, bool isMessage) =>
        Assert.Equal(isMessage, MessageCodec.TryRead(Convert.FromHexString(bytes)) is not null);

    [Fact]
    public void A_record_with_more_behind_it_is_malformed() =>
        Assert.Throws<FormatException>(() => ReplicaRecord.Read([.. Encode(new ReplicaRecord(new Epoch(3), null, false)), 0]));

    [Fact]
    public void A_record_comes_back_as_it_was() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(500),
        Prop.ForAll(Seeds, seed =>
        {
            var prng = new Prng((ulong)seed);
            var configuration = prng.Chance(0.2) ? null : AnyMessage.Configuration(prng);
            var record = new ReplicaRecord(new Epoch(Fuzz.Number(prng)), configuration, prng.Chance(0.5));
            return ReplicaRecord.Read(Encode(record)) == record;
        }));

    [Fact]
    public void No_record_is_the_empty_one() => Assert.Equal(ReplicaRecord.Empty, ReplicaRecord.Read([]));

    [Fact]
    public void A_record_of_another_format_is_refused_with_its_number()
    {
        var thrown = Assert.Throws<FormatException>(() => ReplicaRecord.Read([9, 0, 0, 0]));
        Assert.Contains("9", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_records_are_refused_as_malformed() => Fuzz.Run(
        10_000,
        prng => Encode(new ReplicaRecord(new Epoch(Fuzz.Number(prng)), AnyMessage.Configuration(prng), true)),
        bytes =>
        {
            try
            {
                ReplicaRecord.Read(bytes);
            }
            catch (FormatException)
            {
                // What a caller is told to expect.
            }
        });

    [Fact]
    public void A_configuration_without_members_is_refused()
    {
        var bytes = Convert.FromHexString("0303" + "0301000300" + "00" + "00");
        Assert.Null(MessageCodec.TryRead(bytes));
    }

    private static byte[] Encode(ReplicaMessage message)
    {
        var writer = new ArrayBufferWriter<byte>();
        MessageCodec.Write(writer, message);
        return writer.WrittenSpan.ToArray();
    }

    private static byte[] Encode(ReplicaRecord record)
    {
        var writer = new ArrayBufferWriter<byte>();
        record.WriteTo(writer);
        return writer.WrittenSpan.ToArray();
    }

    /// <summary>All fields as text, found by reflection so that none is left out.</summary>
    private static string Describe(object value) => value switch
    {
        ReadOnlyMemory<byte> bytes => Convert.ToHexString(bytes.Span),
        System.Collections.IEnumerable items and not string => $"[{string.Join(' ', items.Cast<object>().Select(Describe))}]",
        ReplicaMessage => string.Join("; ", value.GetType().GetProperties().Where(property => property.CanRead && property.Name != "EqualityContract")
            .Select(property => $"{property.Name}={Describe(property.GetValue(value)!)}")),
        Configuration configuration => $"{configuration} {configuration.Generation} {configuration.InSyncEpoch} {Describe(configuration.InSyncMembers)}",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
