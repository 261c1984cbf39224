using Catena.Protocols.Table;
using Catena.Protocols.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace Catena.Protocols.Tests.Table;

public sealed class TableStatsTests
{
    public static TheoryData<string> Dialects =>
        [.. TableStatsDialect.Layouts.SelectMany(layout => TableStatsDialect.Contents.Select(content => $"{layout}/{(int)content}"))];

    [Theory]
    [MemberData(nameof(Dialects))]
    public void Clients_of_a_dialect_read_it(string name) =>
        Prop.ForAll(ArbMap.Default.ArbFor<NonNegativeInt>(), ArbMap.Default.ArbFor<NonNegativeInt>(), ArbMap.Default.ArbFor<NonNegativeInt>(), (operations, clients, time) =>
        {
            Assert.True(TableStatsDialect.TryParse(name, out var dialect));
            var reply = Reply(dialect, new TableStats(operations.Get, clients.Get, time.Get));
            return dialect.ToString() == name
                && (reply.Opcode, $"{reply.CType}") == (71, name.Split('/')[1])
                && Decode(dialect, reply) == (operations.Get, clients.Get, time.Get);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("sint-clients-time", int.MaxValue)]
    [InlineData("int-clients-time", long.MaxValue)]
    [InlineData("int-time-clients", long.MaxValue)]
    [InlineData("sint-time-clients", int.MaxValue)]
    public void What_a_field_cannot_hold_is_its_greatest_value(string name, long mostTime)
    {
        Assert.True(TableStatsDialect.TryParse(name, out var dialect));
        var reply = Reply(dialect, new TableStats(long.MaxValue, long.MaxValue, long.MaxValue));

        Assert.Equal((int.MaxValue, int.MaxValue, mostTime), Decode(dialect, reply));
    }

    [Theory]
    [InlineData("sint-clients-time", "sint-clients-time/80")]
    [InlineData("int-time-clients/65", "int-time-clients/65")]
    public void A_dialect_has_a_name(string name, string whole)
    {
        Assert.True(TableStatsDialect.TryParse(name, out var dialect));
        Assert.Equal(whole, dialect.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("80")]
    [InlineData("/80")]
    [InlineData("sint-clients-time/")]
    [InlineData("sint-clients-time/81")]
    [InlineData("sint-clients-time/80/80")]
    [InlineData("sint-clients-time/ 80")]
    [InlineData("SINT-CLIENTS-TIME")]
    public void Other_names_are_none(string name) => Assert.False(TableStatsDialect.TryParse(name, out _));

    private static DialectReply Reply(TableStatsDialect dialect, TableStats stats) =>
        DialectReply.Parser.ParseFrom(Convert.FromHexString(Bytes.Hex(output => TableService.WriteStats(output, dialect, stats))[4..]));

    private static (long Operations, long Clients, long Time) Decode(TableStatsDialect dialect, DialectReply reply)
    {
        switch (dialect.Layout)
        {
            case TableStatsLayout.SintClientsTime:
                var first = SintClientsTime.Parser.ParseFrom(reply.Stats);
                return (first.Operations, first.Clients, first.Time);
            case TableStatsLayout.IntClientsTime:
                var second = IntClientsTime.Parser.ParseFrom(reply.Stats);
                return (second.Operations, second.Clients, second.Time);
            case TableStatsLayout.IntTimeClients:
                var third = IntTimeClients.Parser.ParseFrom(reply.Stats);
                return (third.Operations, third.Clients, third.Time);
            default:
                var fourth = SintTimeClients.Parser.ParseFrom(reply.Stats);
                return (fourth.Operations, fourth.Clients, fourth.Time);
        }
    }
}
