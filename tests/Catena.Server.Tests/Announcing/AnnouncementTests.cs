using System.Net;
using System.Text;
using Catena.Core.Control;
using Catena.Server.Coordination.Announcing;
using Catena.Server.Node;

namespace Catena.Server.Tests.Announcing;

/// <summary>Settings of announcements: which make sense, what they tell, and which znodes that takes.</summary>
public sealed class AnnouncementTests
{
    private static readonly NodeOptions Node = new()
    {
        Name = "a",
        DataDirectory = "/d",
        ZooKeeper = "z",
        PeerPort = 7401,
        RedisPort = 7101,
        ThriftPort = 7201,
        HttpPort = 7301,
        SearchPort = 8000,
    };

    [Theory]
    [InlineData("thrift=/kvstore", AnnouncedProtocol.Thrift, "/kvstore")]
    [InlineData("table=/chain", AnnouncedProtocol.Table, "/chain")]
    [InlineData("redis=/a/b", AnnouncedProtocol.Redis, "/a/b")]
    [InlineData("http=/h=1", AnnouncedProtocol.Http, "/h=1")]
    [InlineData("search=/", AnnouncedProtocol.Search, "/")]
    public void A_setting_names_protocol_and_path(string text, AnnouncedProtocol protocol, string path)
    {
        Assert.True(Announcement.TryParse(text, out var announcement, out _));
        Assert.Equal(new Announcement(protocol, path), announcement);
        Assert.Equal(text, announcement.ToString());
    }

    [Theory]
    [InlineData("", "write PROTOCOL=/path")]
    [InlineData("/kvstore", "write PROTOCOL=/path")]
    [InlineData("smtp=/x", "it is one of thrift, table, redis, http, search")]
    [InlineData("thrift=", "a path begins with /")]
    [InlineData("thrift=kv", "a path begins with /")]
    [InlineData("thrift=/kv/", "does not end with /")]
    [InlineData("thrift=/", "names the root")]
    public void A_setting_that_makes_no_sense_is_refused_with_a_reason(string text, string reason)
    {
        Assert.False(Announcement.TryParse(text, out _, out var fault));
        Assert.Contains(reason, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void The_search_service_is_announced_at_the_root_unless_something_else_is_said()
    {
        Assert.Equal(["search=/"], AnnouncementRules.All(Node).Select(one => one.ToString()));
        Assert.Equal(["search=/s"], AnnouncementRules.All(Node with { Announcements = Of("search=/s") }).Select(one => one.ToString()));
        Assert.Empty(AnnouncementRules.All(Node with { SearchPort = 0 }));
    }

    [Theory]
    [InlineData("table=/chain", "give --table-port")]
    [InlineData("thrift=/catena/default/x", "where the cluster keeps its own znodes")]
    [InlineData("thrift=/x redis=/x", "meet in /x")]
    [InlineData("thrift=/zkslave", "meet in /zkslave")]
    public void What_a_node_cannot_announce_is_refused(string announcements, string reason) => Refused(Node with { Announcements = Of(announcements.Split(' ')) }, reason);

    [Fact]
    public void A_host_that_clients_cannot_read_is_refused()
    {
        Refused(Node with { Announcements = Of("thrift=/k"), ThriftPort = 0 }, "give --thrift-port");
        Refused(Node with { Announcements = Of("thrift=/k"), Bind = IPAddress.Any }, "give --advertised-host");
        Refused(Node with { Announcements = Of("thrift=/k"), Bind = IPAddress.IPv6Loopback }, "no IPv6 address");
        Refused(Node with { Announcements = Of("redis=/k"), AdvertisedHost = "höst", SearchPort = 0 }, "no host name");
        Refused(Node with { Announcements = Of("redis=/k"), AdvertisedHost = "h:1", SearchPort = 0 }, "no host name");
        AnnouncementRules.Check(Node with { Announcements = Of("thrift=/k"), Bind = IPAddress.Any, AdvertisedHost = "10.0.0.5" });
        AnnouncementRules.Check(Node with { Announcements = Of("redis=/k"), Bind = IPAddress.IPv6Loopback, SearchPort = 0 });
    }

    [Fact]
    public async Task What_is_told_has_the_form_that_the_protocols_clients_read()
    {
        var all = await AnnouncementRules.ResolveAsync(Node with { AdvertisedHost = "localhost", Announcements = Of("thrift=/t", "redis=/r", "http=/h", "search=/s") }, CancellationToken.None);
        Assert.Equal(["localhost:7201", "localhost:7101", "localhost:7301", "127.0.0.1+a-f"], all.Select(one => Encoding.Latin1.GetString(one.Data)));
        Assert.Equal("[::1]:7101", AnnouncedEndpoint.Of(new Announcement(AnnouncedProtocol.Redis, "/r"), "::1", null, 7101).Text);
        var table = AnnouncedEndpoint.Of(new Announcement(AnnouncedProtocol.Table, "/chain"), "name", IPAddress.Parse("10.1.2.3"), 7501);
        Assert.Equal("10.1.2.3:7501\0", Encoding.Latin1.GetString(table.Data));
        Assert.Equal("10.1.2.3:7501", table.Text);
    }

    [Fact]
    public async Task A_name_without_an_address_is_refused_where_clients_need_one()
    {
        var refused = await Assert.ThrowsAsync<AnnouncementException>(() => AnnouncementRules.ResolveAsync(Node with { AdvertisedHost = "nobody.invalid" }, CancellationToken.None));
        Assert.Contains("'nobody.invalid'", refused.Message, StringComparison.Ordinal);
        Assert.Contains("search=/", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Znodes_follow_role_and_readiness()
    {
        AnnouncedEndpoint[] endpoints = [Endpoint("thrift=/kvstore"), Endpoint("search=/"), Endpoint("search=/s")];
        Assert.Equal(["/kvstore/node#", "/master", "/zkslave/master", "/s/master", "/s/zkslave/master"], Paths(AnnouncementPlan.Wanted(endpoints, ClusterRole.Master, true)));
        Assert.Equal(["/kvstore/node#", "/sub-master", "/zkslave/slave#", "/s/sub-master", "/s/zkslave/slave#"], Paths(AnnouncementPlan.Wanted(endpoints, ClusterRole.SubMaster, true)));
        Assert.Equal(["/kvstore/node#", "/zkslave/slave#", "/s/zkslave/slave#"], Paths(AnnouncementPlan.Wanted(endpoints, ClusterRole.Slave, true)));
        Assert.Empty(AnnouncementPlan.Wanted(endpoints, ClusterRole.Master, false));
    }

    [Fact]
    public void What_is_missing_is_created_what_is_too_much_deleted_and_what_is_no_announcement_left_alone()
    {
        AnnouncedEndpoint[] endpoints = [Endpoint("thrift=/kvstore"), Endpoint("redis=/kv"), Endpoint("search=/")];
        var plan = AnnouncementPlan.Of(
            AnnouncementPlan.Wanted(endpoints, ClusterRole.Master, true),
            AnnouncementPlan.Possible(endpoints),
            ["/kvstore/node0000000009", "/catena/default/members/a", "/kvstore/node0000000003", "/zkslave/slave0000000001", "/kvstore/nodes", "/kvstore/node1", "/master", "/masters", "/sub-master"]);
        Assert.Equal(["/kv/node#", "/zkslave/master"], Paths(plan.Missing));
        Assert.Equal(["/kvstore/node0000000009", "/sub-master", "/zkslave/slave0000000001"], plan.Surplus);
    }

    internal static Announcement[] Of(params string[] texts) => [.. texts.Select(text => Announcement.TryParse(text, out var one, out var fault) ? one : throw new ArgumentException(fault))];

    internal static AnnouncedEndpoint Endpoint(string text, int port = 7201) => AnnouncedEndpoint.Of(Of(text)[0], "127.0.0.1", IPAddress.Loopback, port);

    private static IEnumerable<string> Paths(IEnumerable<AnnouncedZnode> znodes) => znodes.Select(znode => znode.Path + (znode.IsSequential ? "#" : ""));

    private static void Refused(NodeOptions options, string reason) =>
        Assert.Contains(reason, Assert.Throws<AnnouncementException>(() => AnnouncementRules.Check(options)).Message, StringComparison.Ordinal);
}
