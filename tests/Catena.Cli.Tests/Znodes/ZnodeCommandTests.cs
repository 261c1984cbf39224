using Catena.Cli.CommandLine;
using Catena.Cli.Tests.Support;
using Catena.ZooKeeper.Client;
using Catena.ZooKeeper.Protocol;
using Catena.ZooKeeper.Server;

namespace Catena.Cli.Tests.Znodes;

/// <summary><c>catena znode</c> at an embedded server.</summary>
public sealed class ZnodeCommandTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private EmbeddedZooKeeperServer? _server;

    private string Servers => _server!.EndPoint.ToString();

    public async ValueTask InitializeAsync() => _server = await EmbeddedZooKeeperServer.StartAsync(new EmbeddedZooKeeperServerOptions { DataDirectory = _directory["tree"] });

    public async ValueTask DisposeAsync()
    {
        await _server!.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public void What_exists_already_is_success_too()
    {
        Assert.Equal(new CliResult(0, "created /kvstore\n", ""), Support.Cli.Run("znode", "create", Servers, "/kvstore"));
        Assert.Equal(new CliResult(0, "/kvstore exists already\n", ""), Support.Cli.Run("znode", "create", Servers, "/kvstore"));
        Assert.Equal(new CliResult(0, "/ exists already\n", ""), Support.Cli.Run("znode", "create", Servers, "/"));
        Assert.Contains("\"created\": false", Support.Cli.Run("znode", "create", Servers, "/kvstore", "--json").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Parents_are_created_where_that_is_asked()
    {
        var refused = Support.Cli.Run("znode", "create", Servers, "/a/b/c");
        Assert.Equal(ExitCode.Failed, refused.Code);
        Assert.Contains("/a/b, above /a/b/c, does not exist; give --parents", refused.Error, StringComparison.Ordinal);
        Assert.Equal(0, Support.Cli.Run("znode", "create", Servers, "/a/b/c", "--parents", "--data", "x").Code);
        Assert.Equal("b\n", Support.Cli.Run("znode", "list", Servers, "/a").Output);
        Assert.Equal("x\n", Support.Cli.Run("znode", "get", $"{Servers},{Servers}/a", "/b/c").Output);
    }

    [Fact]
    public async Task A_znode_is_listed_read_and_deleted()
    {
        var client = await ZooKeeperClient.ConnectAsync(new ZooKeeperClientOptions { ConnectString = Servers });
        await using (client)
        {
            await client.CreateAsync("/chain", default);
            await client.CreateAsync("/chain/node", "127.0.0.1:7501\0"u8.ToArray(), CreateMode.EphemeralSequential);
            await client.CreateAsync("/chain/node", "127.0.0.1:7502\0"u8.ToArray(), CreateMode.EphemeralSequential);
            Assert.Equal("node0000000000\nnode0000000001\n", Support.Cli.Run("znode", "list", Servers, "/chain").Output);
            Assert.Contains("\"node0000000001\"", Support.Cli.Run("znode", "list", Servers, "/chain", "--json").Output, StringComparison.Ordinal);
            Assert.StartsWith("127.0.0.1:7501\\", Support.Cli.Run("znode", "get", Servers, "/chain/node0000000000").Output, StringComparison.Ordinal);
            Assert.Contains($"\"ephemeralOwner\": \"{client.SessionId:x}\"", Support.Cli.Run("znode", "get", Servers, "/chain/node0000000000", "--json").Output, StringComparison.Ordinal);
            var refused = Support.Cli.Run("znode", "delete", Servers, "/chain");
            Assert.Equal((ExitCode.Failed, "catena: /chain has children; delete them first\n"), (refused.Code, refused.Error));
            Assert.Equal("deleted /chain/node0000000000\n", Support.Cli.Run("znode", "delete", Servers, "/chain/node0000000000").Output);
            Assert.Equal((ExitCode.Failed, "catena: /chain/node0000000000 does not exist\n"), Failure(Support.Cli.Run("znode", "get", Servers, "/chain/node0000000000")));
        }
    }

    [Theory]
    [InlineData("create", "127.0.0.1:x", "/a", "is not a host with a port")]
    [InlineData("create", "127.0.0.1:1", "a", "'a' is no znode's path")]
    [InlineData("list", "127.0.0.1:1", "/a/", "'/a/' is no znode's path")]
    public void A_command_line_that_makes_no_sense_is_refused(string verb, string servers, string path, string complaint)
    {
        var refused = Support.Cli.Run("znode", verb, servers, path);
        Assert.Equal(ExitCode.Usage, refused.Code);
        Assert.Contains(complaint, refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_does_not_answer_is_told_apart() =>
        Assert.Equal(ExitCode.ClusterDead, Support.Cli.Run("znode", "list", "127.0.0.1:1", "/", "--timeout", "50ms").Code);

    private static (int ExitCode, string Error) Failure(CliResult result) => (result.Code, result.Error);
}
