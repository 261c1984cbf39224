using System.Text;
using Catena.ZooKeeper.Protocol;
using Catena.ZooKeeper.Tests.Support;

namespace Catena.ZooKeeper.Tests.Conformance;

/// <content>Commands of four letters: what tools look for in the answers, found by the expressions that such tools use.</content>
public abstract partial class ZooKeeperConformance<TProvider>
{
    private const string ClientLine = @" /127\.0\.0\.1:\d+\[\d\]\(queued=\d+,recved=\d+,sent=\d+\)\n";

    private const string SummaryShape =
        @"Latency min/avg/max: \d+/\d+\.\d+/\d+\nReceived: \d+\nSent: \d+\nConnections: [1-9]\d*\nOutstanding: \d+\n"
        + @"Zxid: 0x[0-9a-f]+\nMode: (standalone|leader|follower)\nNode count: [1-9]\d*\n(Proposal sizes last/min/max: .*\n)?$";

    private const string VersionLine = @"^Zookeeper version: 3\.8\.0-.+\n";

    [Fact]
    public async Task Ruok_and_isro_are_answered_with_imok_and_rw()
    {
        Assert.Equal("imok", await Say("ruok"));
        Assert.Equal("rw", await Say("isro"));
    }

    [Fact]
    public async Task Srvr_and_stat_sum_up_the_server()
    {
        Assert.Matches(VersionLine + SummaryShape, await Say("srvr"));
        Assert.Matches($"{VersionLine}Clients:\n({ClientLine})+\n{SummaryShape}", await Say("stat"));
    }

    [Fact]
    public async Task Cons_lists_connections_with_their_sessions()
    {
        using var raw = await RawSession.OpenAsync(provider.ConnectString);
        await raw.AskAsync(7, OpCode.GetData, writer => Read(writer, "/", false));
        var line = (await Say("cons")).Split('\n').Single(text => text.Contains($"sid=0x{raw.Response.SessionId:x},", StringComparison.Ordinal));
        Assert.Matches(
            @"^ /127\.0\.0\.1:\d+\[1\]\(queued=0,recved=2,sent=2,sid=0x[0-9a-f]+,lop=GETD,est=\d{13},to=4000,lcxid=0x7,lzxid=0x[0-9a-f]+,"
                + @"lresp=\d+,llat=\d+,minlat=\d+,avglat=\d+(\.\d+)?,maxlat=\d+\)$",
            line);
        Assert.EndsWith("\n\n", await Say("cons"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Envi_and_conf_list_names_with_values()
    {
        var environs = await Say("envi");
        Assert.StartsWith("Environment:\nzookeeper.version=3.8.0-", environs, StringComparison.Ordinal);
        foreach (var name in new[] { "host.name", "os.name", "os.arch", "os.version", "user.name", "user.home", "user.dir" })
        {
            Assert.Matches($"\n{name}=.+\n", environs);
        }

        var configuration = await Say("conf");
        Assert.Matches(@"^clientPort=\d+\nsecureClientPort=-1\ndataDir=/.+\n", configuration);
        foreach (var name in new[] { "tickTime=200", "maxClientCnxns=\\d+", "minSessionTimeout=400", "maxSessionTimeout=4000", "serverId=\\d" })
        {
            Assert.Matches($"\n{name}\n", configuration);
        }
    }

    [Fact]
    public async Task Mntr_gives_figures_that_rise_and_fall_with_what_there_is()
    {
        var figures = (await Say("mntr")).TrimEnd('\n').Split('\n').ToDictionary(line => line.Split('\t')[0], line => line.Split('\t')[1]);
        Assert.StartsWith("3.8.0-", figures["zk_version"], StringComparison.Ordinal);
        Assert.Matches("standalone|leader|follower", figures["zk_server_state"]);
        foreach (var name in new[]
        {
            "zk_min_latency", "zk_avg_latency", "zk_max_latency", "zk_packets_received", "zk_packets_sent", "zk_num_alive_connections",
            "zk_outstanding_requests", "zk_znode_count", "zk_watch_count", "zk_ephemerals_count", "zk_approximate_data_size", "zk_global_sessions",
            "zk_local_sessions", "zk_uptime",
        })
        {
            Assert.Matches(@"^\d+(\.\d+)?$", figures[name]);
        }

        Assert.InRange(int.Parse(figures["zk_znode_count"], System.Globalization.CultureInfo.InvariantCulture), 5, int.MaxValue);
        Assert.InRange(int.Parse(figures["zk_num_alive_connections"], System.Globalization.CultureInfo.InvariantCulture), 1, int.MaxValue);
    }

    [Fact]
    public async Task Wchs_counts_watches()
    {
        using var raw = await RawSession.OpenAsync(provider.ConnectString);
        await raw.AskAsync(1, OpCode.Exists, writer => Read(writer, Path("a"), true));
        Assert.Matches("^[1-9]\\d* connections watching [1-9]\\d* paths\nTotal watches:[1-9]\\d*\n$", await Say("wchs"));
    }

    [Fact]
    public async Task A_word_that_nobody_knows_gets_no_answer() => Assert.Empty(await Say("what"));

    private async Task<string> Say(string word)
    {
        using var raw = await RawSession.DialAsync(provider.ConnectString);
        await raw.SendBytesAsync(Encoding.ASCII.GetBytes(word));
        return Encoding.ASCII.GetString(await raw.ReadToEndAsync());
    }
}
