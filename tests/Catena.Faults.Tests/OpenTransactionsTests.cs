using System.Text.Json;
using Catena.Faults.Checking;
using Catena.Faults.Cluster;

namespace Catena.Faults.Tests;

public sealed class OpenTransactionsTests
{
    private const string Rest = """{"work":[],"transactions":[]}""";
    private const string Decided = """{"work":[],"transactions":[{"id":"1.2.3.4","partition":15,"state":"aborted","home":15,"keys":0,"external":false,"ageMilliseconds":7410}]}""";
    private const string Prepared = """{"work":[],"transactions":[{"id":"1.2.3.4","partition":3,"state":"prepared","home":15,"keys":2,"external":false,"ageMilliseconds":7410}]}""";
    private const string Busy = """{"work":[{"id":"1.2.3.4","step":"ending: telling","awaits":[3,5],"ageMilliseconds":40}],"transactions":[]}""";

    [Fact]
    public void A_cluster_at_rest_has_none_though_it_keeps_decisions() => Assert.Null(OpenTransactions.Lack([Told("node-1", Rest), Told("node-2", Decided)]));

    [Fact]
    public void A_prepared_transaction_is_named() => Assert.Equal(
        "1 transactions hold keys locked; partition 3 at node-2 has 1.2.3.4 prepared",
        OpenTransactions.Lack([Told("node-1", Decided), Told("node-2", Prepared)]));

    [Fact]
    public void A_coordinator_at_work_is_named() =>
        Assert.Equal(
            "node-1 is at work on 1 transactions: 1.2.3.4 (ending: telling for 40 ms, awaits [3,5])", OpenTransactions.Lack([Told("node-1", Busy), Told("node-2", Rest)]));

    [Fact]
    public void A_node_that_does_not_answer_is_not_taken_for_one_without() => Assert.NotNull(OpenTransactions.Lack([Told("node-1", Rest), null]));

    private static NodeTransactions Told(string node, string answer)
    {
        using var document = JsonDocument.Parse(answer);
        return NodeTransactions.Read(node, document.RootElement);
    }
}
