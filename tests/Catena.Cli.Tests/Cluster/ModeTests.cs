using System.Text.Json;
using Catena.Cli.Tests.Backups;

namespace Catena.Cli.Tests.Cluster;

/// <summary>The command <c>catena mode</c>, at a cluster of one node in this process.</summary>
public sealed class ModeTests : IAsyncLifetime
{
    private LocalNode _node = null!;

    public async ValueTask InitializeAsync()
    {
        _node = await LocalNode.StartAsync(partitions: 4);
        _node.Put("key", 50, "value");
    }

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Fact]
    public void Partitions_change_their_mode_and_keep_their_keys()
    {
        var some = Support.Cli.Run("mode", "chain", "--partition", "1", "--partition", "3", "--node", _node.HttpAddress);
        Assert.Equal((0, "2 partitions replicate as chain; 2 of them did not before\n"), (some.Code, some.Output));
        Assert.Equal(["primary-backup", "chain", "primary-backup", "chain"], Modes());

        using var all = JsonDocument.Parse(Good("mode", "apportioned-chain", "--node", _node.HttpAddress, "--json"));
        Assert.Equal((4, 4), (all.RootElement.GetProperty("partitions").GetInt32(), all.RootElement.GetProperty("changed").GetInt32()));
        Assert.All(Modes(), mode => Assert.Equal("apportioned-chain", mode));

        Assert.Equal("1 partitions replicate as apportioned-chain; 0 of them did not before\n", Good("mode", "apportioned-chain", "--partition", "2", "--node", _node.HttpAddress));
        Assert.Equal("value", Good("get", "key7", "--node", $"127.0.0.1:{_node.Http.Port - 1}").TrimEnd());
    }

    [Fact]
    public void What_makes_no_sense_is_refused_and_silence_has_its_own_code()
    {
        Assert.Equal(2, Support.Cli.Run("mode", "ring", "--node", _node.HttpAddress).Code);
        Assert.Equal(2, Support.Cli.Run("mode", "chain", "--partition", "-1", "--node", _node.HttpAddress).Code);
        var refused = Support.Cli.Run("mode", "chain", "--partition", "4", "--node", _node.HttpAddress);
        Assert.Equal(2, refused.Code);
        Assert.Contains("the partitions 0 to 3", refused.Error, StringComparison.Ordinal);
        Assert.Equal(3, Support.Cli.Run("mode", "chain", "--node", "127.0.0.1:1", "--patience", "1s").Code);
        Assert.All(Modes(), mode => Assert.Equal("primary-backup", mode));
    }

    private static string Good(params string[] arguments)
    {
        var result = Support.Cli.Run(arguments);
        Assert.True(result.Code == 0, result.Error);
        return result.Output;
    }

    private IEnumerable<string?> Modes()
    {
        using var status = JsonDocument.Parse(Good("status", "--node", _node.HttpAddress, "--json"));
        return [.. status.RootElement.GetProperty("partitions").EnumerateArray().Select(partition => partition.GetProperty("mode").GetString())];
    }
}
