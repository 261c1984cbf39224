using System.Security.Cryptography;
using Catena.ZooKeeper.Client;
using Catena.ZooKeeper.Protocol;
using Catena.ZooKeeper.Tests.Support;

namespace Catena.ZooKeeper.Tests.Conformance;

public abstract partial class ZooKeeperConformance<TProvider>
{
    [Theory]
    [MemberData(nameof(AccessLists.All), MemberType = typeof(AccessLists))]
    public async Task A_list_is_valid_or_not_by_its_scheme(string what, int permissions, string scheme, string id, bool isValid)
    {
        _ = what;
        IReadOnlyList<Acl> acl = [new Acl(permissions, scheme, id)];
        Assert.Equal(isValid ? ErrorCode.Ok : ErrorCode.InvalidAcl, await OutcomeOf(() => Client.CreateAsync(new CreateOp(Path("a"), default) { Acl = acl })));
        await Client.CreateAsync(Path("b"), default);
        Assert.Equal(isValid ? ErrorCode.Ok : ErrorCode.InvalidAcl, await OutcomeOf(() => Client.SetAclAsync(Path("b"), acl)));
    }

    [Fact]
    public async Task A_list_is_kept_as_it_was_given_but_for_repetitions()
    {
        Acl open = new(31, "world", "anyone");
        Acl address = new(3, "ip", "10.0.0.0/8");
        await Client.CreateAsync(new CreateOp(Path("a"), default) { Acl = [address, open, address] });
        Assert.Equal([address, open], (await Client.GetAclAsync(Path("a"))).Acl);
        Assert.Equal(1, (await Client.SetAclAsync(Path("a"), [open], 0)).Aversion);
        Assert.Equal([open], (await Client.GetAclAsync(Path("a"))).Acl);
    }

    /// <summary>The order in which wrong things are found matters to clients that tell them apart.</summary>
    [Theory]
    [InlineData(0, "get- exists+ list- set- create- delete- acl- setacl- check- count-")]
    [InlineData(1, "get+ exists+ list+ set- create- delete- acl+ setacl- check+ count+")]
    [InlineData(2, "get- exists+ list- set+ create- delete- acl- setacl- check- count-")]
    [InlineData(4, "get- exists+ list- set- create+ delete- acl- setacl- check- count-")]
    [InlineData(8, "get- exists+ list- set- create- delete+ acl- setacl- check- count-")]
    [InlineData(16, "get- exists+ list- set- create- delete- acl+ setacl+ check- count-")]
    public async Task Each_permission_allows_what_it_is_for(int permissions, string expected)
    {
        var path = Path("a");
        await Client.CreateAsync(path, default);
        await Client.CreateAsync(path + "/child", default);
        await Client.SetAclAsync(path, [new Acl(permissions, "world", "anyone")]);
        var found = new List<string>();
        await Try("get", () => Client.GetDataAsync(path));
        await Try("exists", () => Client.ExistsAsync(path));
        await Try("list", () => Client.GetChildrenAsync(path));
        await Try("set", () => Client.SetDataAsync(path, default, -1));
        await Try("create", () => Client.CreateAsync(path + "/new", default));
        await Try("delete", () => Client.DeleteAsync(path + "/child"));
        await Try("acl", () => Client.GetAclAsync(path));
        await Try("setacl", () => Client.SetAclAsync(path, [new Acl(permissions, "world", "anyone")]));
        await Try("check", () => Client.CheckAsync(path));
        await Try("count", () => Client.GetAllChildrenNumberAsync(path));
        Assert.Equal(expected, string.Join(' ', found));

        async Task Try(string name, Func<Task> request)
        {
            var code = await OutcomeOf(request);
            Assert.True(code is ErrorCode.Ok or ErrorCode.NoAuth, $"{name}: {code}");
            found.Add(name + (code == ErrorCode.Ok ? '+' : '-'));
        }
    }

    [Fact]
    public async Task What_is_wrong_is_found_in_the_same_order()
    {
        var path = Path("a");
        await Client.CreateAsync(new CreateOp(path, default) { Acl = [new Acl(1, "world", "anyone")] });
        Assert.Equal(ErrorCode.NoAuth, await CodeOf(() => Client.SetDataAsync(path, default, 77)));
        Assert.Equal(ErrorCode.NoAuth, await CodeOf(() => Client.DeleteAsync(path + "/none")));
        Assert.Equal(ErrorCode.NoNode, await CodeOf(() => Client.CreateAsync(path + "/none/child", default)));
        Assert.Equal(ErrorCode.NodeExists, await CodeOf(() => Client.CreateAsync(path, default)));
        Assert.Equal(ErrorCode.InvalidAcl, await CodeOf(() => Client.SetAclAsync(path, [], 77)));
        Assert.Equal(ErrorCode.InvalidAcl, await CodeOf(() => Client.SetAclAsync(path + "/none", [])));
        Assert.Equal(ErrorCode.NoAuth, await CodeOf(() => Client.SetAclAsync(path, Acl.Open, 77)));
        Assert.Equal(ErrorCode.InvalidAcl, await CodeOf(() => Client.CreateAsync(new CreateOp(Path("none/child"), default) { Acl = [] })));
        var multi = await Assert.ThrowsAsync<ZooKeeperMultiException>(() => Client.MultiAsync([new CheckOp(path, 0), new SetDataOp(path, default, -1)]));
        Assert.Equal([ErrorCode.Ok, ErrorCode.NoAuth], multi.Results.Select(result => result.Error));
        multi = await Assert.ThrowsAsync<ZooKeeperMultiException>(() => Client.MultiAsync(
            [new CreateOp(Path("m"), default) { Acl = [new Acl(1, "world", "anyone")] }, new CreateOp(Path("m/child"), default)]));
        Assert.Equal([ErrorCode.Ok, ErrorCode.NoAuth], multi.Results.Select(result => result.Error));
        Assert.Equal(ErrorCode.Ok, (await Client.MultiReadAsync([new GetDataOp(path)]))[0].Error);
        await Client.DeleteAsync(path);
    }

    [Fact]
    public async Task Digests_open_what_was_locked_with_them()
    {
        var bob = await AnotherClient();
        Assert.Equal([new Identity("ip", "127.0.0.1")], await bob.WhoAmIAsync());
        Assert.Equal(ErrorCode.InvalidAcl, await CodeOf(() => bob.CreateAsync(new CreateOp(Path("a"), default) { Acl = [new Acl(31, "auth", "")] })));
        await bob.AddAuthAsync("digest", Bytes("bob:secret"));
        Assert.Equal([new Identity("digest", "bob"), new Identity("ip", "127.0.0.1")], (await bob.WhoAmIAsync()).OrderBy(identity => identity.Scheme));
        await bob.CreateAsync(new CreateOp(Path("a"), Bytes("x")) { Acl = [new Acl(31, "auth", ""), new Acl(16, "ip", "127.0.0.1")] });
        await Client.SyncAsync();
        Acl[] stored = [new Acl(31, "digest", "bob:" + DigestOf("bob:secret")), new Acl(16, "ip", "127.0.0.1")];
        Assert.Equal(stored, (await bob.GetAclAsync(Path("a"))).Acl);
        Assert.Equal(stored, (await Client.GetAclAsync(Path("a"))).Acl);
        Assert.Equal(ErrorCode.NoAuth, await CodeOf(() => Client.GetDataAsync(Path("a"))));
        await bob.SetAclAsync(Path("a"), [new Acl(31, "auth", ""), new Acl(1, "world", "anyone")]);
        await Client.SyncAsync();
        Assert.Equal("x"u8.ToArray(), (await Client.GetDataAsync(Path("a"))).Data);
        Assert.Equal([new Acl(31, "digest", "bob:x"), new Acl(1, "world", "anyone")], (await Client.GetAclAsync(Path("a"))).Acl);
        await Client.AddAuthAsync("digest", Bytes("bob:wrong"));
        Assert.Equal(ErrorCode.NoAuth, await CodeOf(() => Client.SetDataAsync(Path("a"), default, -1)));
        await Client.AddAuthAsync("digest", Bytes("bob:secret"));
        await Client.SetDataAsync(Path("a"), default, -1);
        Assert.Equal(3, (await Client.WhoAmIAsync()).Count);
    }

    [Fact]
    public async Task Credentials_are_presented_again_after_a_reconnect()
    {
        await using var proxy = new CuttableProxy(provider.ConnectString);
        var away = await ConnectAsync(proxy.ConnectString, 4000);
        await away.AddAuthAsync("digest", Bytes("bob:secret"));
        await away.CreateAsync(new CreateOp(Path("a"), default) { Acl = [new Acl(31, "auth", "")] });
        await CutAsync(proxy, away, () => Task.CompletedTask);
        await away.GetDataAsync(Path("a"));
        Assert.Equal(2, (await away.WhoAmIAsync()).Count);
    }

    [Fact]
    public async Task Credentials_of_an_unknown_scheme_are_refused_and_cost_the_connection_but_not_the_session()
    {
        var other = await AnotherClient();
        var session = other.SessionId;
        var states = new Heard<SessionState>();
        other.StateChanged += states.Tell;
        Assert.Equal(ErrorCode.AuthFailed, await CodeOf(() => other.AddAuthAsync("nope", Bytes("x"))));
        await Lost(states);
        Assert.Equal(SessionState.Connected, await states.Next());
        Assert.Equal(session, other.SessionId);
        Assert.Single(await other.WhoAmIAsync());
    }

    [Fact]
    public async Task Addresses_open_what_was_locked_with_them()
    {
        await Client.CreateAsync(new CreateOp(Path("here"), default) { Acl = [new Acl(1, "ip", "127.0.0.0/24")] });
        await Client.CreateAsync(new CreateOp(Path("elsewhere"), default) { Acl = [new Acl(1, "ip", "10.0.0.0/24")] });
        await Client.CreateAsync(new CreateOp(Path("everywhere"), default) { Acl = [new Acl(1, "ip", "10.0.0.0/0")] });
        await Client.GetDataAsync(Path("here"));
        await Client.GetDataAsync(Path("everywhere"));
        Assert.Equal(ErrorCode.NoAuth, await CodeOf(() => Client.GetDataAsync(Path("elsewhere"))));
    }

    [Fact]
    public async Task What_ZooKeeper_keeps_about_itself_can_be_read_and_not_written()
    {
        Assert.Equal([new Acl(1, "world", "anyone")], (await Client.GetAclAsync("/zookeeper/config")).Acl);
        Assert.Equal(ErrorCode.NoAuth, await CodeOf(() => Client.SetDataAsync("/zookeeper/config", default, -1)));
        await Client.GetDataAsync("/zookeeper/config");
    }

    private static string DigestOf(string credentials)
    {
#pragma warning disable CA5350 // The protocol names SHA-1.
        return Convert.ToBase64String(SHA1.HashData(Bytes(credentials)));
#pragma warning restore CA5350
    }

    private static async Task<ErrorCode> OutcomeOf(Func<Task> request)
    {
        try
        {
            await request();
            return ErrorCode.Ok;
        }
        catch (ZooKeeperException refused)
        {
            return refused.Code;
        }
    }
}
