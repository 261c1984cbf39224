using Catena.ZooKeeper.Server;

namespace Catena.ZooKeeper.Tests.Client;

/// <summary>A client that no one here wrote (Debian's python3-kazoo), with all its recipes; without it the test fails.</summary>
public sealed class KazooTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Kazoos_recipes_do_the_same_on_the_embedded_server_as_on_Apache_ZooKeeper()
    {
        using var directory = new TemporaryDirectory();

        // With the settings that catena up gives it.
        await using var embedded = await EmbeddedZooKeeperServer.StartAsync(new EmbeddedZooKeeperServerOptions { DataDirectory = directory.Path });
        await using var apache = await ApacheServer.StartAsync();
        var expected = await RunAsync(apache.ConnectString);
        var actual = await RunAsync(embedded.EndPoint.ToString());
        output.WriteLine(actual);
        Assert.Equal(expected, actual);
        Assert.EndsWith("\ndone", actual, StringComparison.Ordinal);
        Assert.True(actual.Split('\n').Length > 60, "the script did not do everything");
    }

    private static async Task<string> RunAsync(string connectString) =>
        (await Tool.RunAsync("/usr/bin/python3", Repository.Client("kazoo_recipes.py"), connectString)).Text();
}
