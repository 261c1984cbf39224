using System.Text.Json;
using Catena.Cli.Tests.Backups;

namespace Catena.Cli.Tests.Cluster;

/// <summary>The command <c>catena transaction</c>, at a cluster of one node in this process.</summary>
public sealed class TransactionTests : IAsyncLifetime
{
    private const string Id = "1700000000000000.00c0ffee00c0ffee.1700000000000.17";

    private LocalNode _node = null!;

    public async ValueTask InitializeAsync() => _node = await LocalNode.StartAsync(partitions: 4);

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Fact]
    public void A_cluster_that_holds_nothing_for_transactions_says_so()
    {
        _node.Do("MSET", "a", "1", "b", "2", "c", "3");
        var listed = Support.Cli.Run("transaction", "list", "--node", _node.HttpAddress);
        Assert.Equal((0, "no partition holds keys or a decision for any transaction\n"), (listed.Code, listed.Output));
        using var json = JsonDocument.Parse(Support.Cli.Run("transaction", "list", "--json", "--node", _node.HttpAddress).Output);
        Assert.Equal(0, json.RootElement.GetProperty("transactions").GetArrayLength());
        var aborted = Support.Cli.Run("transaction", "abort", Id, "--node", _node.HttpAddress);
        Assert.Equal((0, $"no partition holds keys for transaction {Id}\n"), (aborted.Code, aborted.Output));
    }

    [Fact]
    public void What_is_no_transaction_is_refused_and_silence_has_its_own_code()
    {
        Assert.Equal(2, Support.Cli.Run("transaction", "abort", "17", "--node", _node.HttpAddress).Code);
        Assert.Equal(2, Support.Cli.Run("transaction", "abort", "1.2.3.0", "--node", _node.HttpAddress).Code);
        Assert.Equal(3, Support.Cli.Run("transaction", "list", "--node", "127.0.0.1:1", "--patience", "1s").Code);
    }
}
