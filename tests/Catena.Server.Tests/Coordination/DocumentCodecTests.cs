using System.Text;
using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Server.Coordination.Documents;

namespace Catena.Server.Tests.Coordination;

/// <summary>Znodes' data.</summary>
public sealed class DocumentCodecTests
{
    private const string Golden =
        """{"epoch":4,"mode":"chain","members":["00000000000000ab","0000000000000002"],"learners":["ffffffffffffffff"],"generation":1,"inSyncEpoch":3,"inSyncMembers":["0000000000000002"]}""";

    private static readonly Configuration Sample = new()
    {
        Epoch = new Epoch(4),
        Mode = ReplicationMode.Chain,
        Members = [new NodeId(0xab), new NodeId(2)],
        Learners = [new NodeId(ulong.MaxValue)],
        Generation = 1,
        InSyncEpoch = new Epoch(3),
        InSyncMembers = [new NodeId(2)],
    };

    [Fact]
    public void A_configuration_has_the_form_that_is_stored_in_existing_clusters()
    {
        Assert.Equal(Golden, Encoding.UTF8.GetString(DocumentCodec.Encode(Sample)));
        Assert.Equal(Sample, DocumentCodec.DecodeConfiguration(Encoding.UTF8.GetBytes(Golden)));
        Assert.Equal(Sample, DocumentCodec.DecodeConfiguration(Encoding.UTF8.GetBytes(Golden.Replace("{\"epoch", "{\"later\":[1],\"epoch", StringComparison.Ordinal))));
    }

    [Theory]
    [InlineData("\"epoch\":4", "\"epoch\":0")]
    [InlineData("\"epoch\":4,", "")]
    [InlineData("\"epoch\":4", "\"epoch\":-1")]
    [InlineData("chain", "ring")]
    [InlineData("[\"00000000000000ab\",\"0000000000000002\"]", "[]")]
    [InlineData("[\"00000000000000ab\",\"0000000000000002\"]", "null")]
    [InlineData("ffffffffffffffff", "0000000000000002")]
    [InlineData("ffffffffffffffff", "0000000000000000")]
    [InlineData("ffffffffffffffff", "fffffffffffffffg")]
    [InlineData("ffffffffffffffff", "ff")]
    [InlineData("[\"ffffffffffffffff\"]", "[null]")]
    [InlineData("}", "")]
    public void A_configuration_that_nothing_can_be_done_with_is_refused(string from, string to)
    {
        var text = Golden.Replace(from, to, StringComparison.Ordinal);
        Assert.NotEqual(Golden, text);
        Assert.Throws<FormatException>(() => DocumentCodec.DecodeConfiguration(Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public void Other_documents_are_read_as_written()
    {
        var settings = new SettingsDocument { ClusterId = Guid.NewGuid(), Partitions = 5, Replicas = 3, MinInSync = 2, Mode = "chain", Created = true };
        Assert.Equal(settings, DocumentCodec.DecodeSettings(DocumentCodec.Encode(settings)));
        var node = new NodeDocument { Id = "00000000000000ab", Name = "a", Host = "h", PeerPort = 65_535, Zone = "z", State = "lost", Weight = 7, LeadWeight = 0 };
        Assert.Equal(node, DocumentCodec.DecodeNode(DocumentCodec.Encode(node)));
        var member = new MemberDocument { Id = "00000000000000ab", Incarnation = ulong.MaxValue, Host = "h", PeerPort = 1, ProcessId = 9 };
        Assert.Equal(member, DocumentCodec.DecodeMember(DocumentCodec.Encode(member)));
        var seat = new SeatDocument { Id = "00000000000000ab", Incarnation = 3, Name = "a", Host = "h", PeerPort = 1, RedisPort = 2, ThriftPort = 3, HttpPort = 4 };
        Assert.Equal(seat, DocumentCodec.DecodeSeat(DocumentCodec.Encode(seat)));
    }

    [Fact]
    public void A_node_that_knows_nothing_of_lead_weights_leads_its_share()
    {
        static NodeDocument Read(string weight) =>
            DocumentCodec.DecodeNode(Encoding.UTF8.GetBytes($$"""{"id":"00000000000000ab","name":"a","host":"h","peerPort":1{{weight}}}"""));

        Assert.Equal((100, 100), (Read("").Weight, Read("").LeadWeight));
        Assert.Throws<FormatException>(() => Read(""","leadWeight":-1"""));
        Assert.Throws<FormatException>(() => Read(""","leadWeight":10001"""));
    }

    [Fact]
    public void Settings_of_a_later_format_or_out_of_range_are_refused()
    {
        var settings = new SettingsDocument { ClusterId = Guid.NewGuid(), Partitions = 5, Replicas = 3, MinInSync = 2, Mode = "chain" };
        foreach (var bad in (SettingsDocument[])[settings with { Format = 2 }, settings with { Partitions = 0 }, settings with { MinInSync = 4 }, settings with { ClusterId = default }])
        {
            Assert.Throws<FormatException>(() => DocumentCodec.DecodeSettings(DocumentCodec.Encode(bad)));
        }
    }

    [Fact]
    public void Damaged_data_is_told_by_one_kind_of_error_only()
    {
        var seed = (ulong)Random.Shared.NextInt64();
        var prng = new Prng(seed);
        byte[][] samples =
        [
            Encoding.UTF8.GetBytes(Golden),
            DocumentCodec.Encode(new SettingsDocument { ClusterId = Guid.NewGuid(), Partitions = 5, Replicas = 3, MinInSync = 2, Mode = "chain" }),
            DocumentCodec.Encode(new NodeDocument { Id = "00000000000000ab", Name = "a", Host = "h", PeerPort = 1 }),
        ];
        for (var round = 0; round < 10_000; round++)
        {
            var data = samples[prng.Next(samples.Length)].ToArray();
            for (var change = prng.Next(4); change >= 0; change--)
            {
                data[prng.Next(data.Length)] = (byte)prng.Next(prng.Chance(0.5) ? 128 : 256);
            }

            data = data[..^prng.Next(3)];
            try
            {
                _ = (round % 5) switch
                {
                    0 => (object)DocumentCodec.DecodeConfiguration(data),
                    1 => DocumentCodec.DecodeSettings(data),
                    2 => DocumentCodec.DecodeNode(data),
                    3 => DocumentCodec.DecodeMember(data),
                    _ => DocumentCodec.DecodeSeat(data),
                };
            }
            catch (FormatException)
            {
                // That is the one.
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}, round {round}: {Convert.ToHexString(data)}", e);
            }
        }
    }
}
