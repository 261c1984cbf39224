using Catena.Faults.Checking;

namespace Catena.Faults.Tests;

/// <summary>What loads of transactions write down is judged.</summary>
public sealed class TransactionJudgeTests
{
    private const string Append =
        """
        {:type :invoke, :f :txn, :process 0, :value [[:append 1 7]], :time 10, :index 0}
        {:type :ok, :f :txn, :process 0, :value [[:append 1 7]], :time 20, :index 1}
        {:type :invoke, :f :txn, :process 1, :value [[:r 1 nil]], :time 30, :index 2}

        """;

    private const string Transfer =
        """
        {:type :invoke, :f :transfer, :process 0, :value {:from 0, :to 1, :amount 5}, :time 10, :index 0}
        {:type :ok, :f :transfer, :process 0, :value {:from 0, :to 1, :amount 5}, :time 20, :index 1}
        {:type :invoke, :f :read, :process 1, :value nil, :time 30, :index 2}

        """;

    [Theory]
    [InlineData(Append + "{:type :ok, :f :txn, :process 1, :value [[:r 1 [7]]], :time 40}", 2)]
    [InlineData(Transfer + "{:type :ok, :f :read, :process 1, :value {0 -5, 1 5}, :time 40}", 2)]
    public void A_history_in_which_everything_is_as_it_should_be_passes(string history, int transactions)
    {
        Assert.Empty(HistoryJudge.Violations(history, "load", null, out var judgement));
        Assert.Equal(transactions, judgement.Transactions);
    }

    [Theory]
    [InlineData(Append + "{:type :ok, :f :txn, :process 1, :value [[:r 1 nil]], :time 40}", "NOT strictly serializable: 1 G-single-realtime")]
    [InlineData(Append + "{:type :ok, :f :txn, :process 1, :value [[:r 1 [7 8]]], :time 40}", "NOT strictly serializable: 1 garbage-read")]
    [InlineData(Transfer + "{:type :ok, :f :read, :process 1, :value {0 0, 1 5}, :time 40}", "sum NOT constant: 1 wrong-total")]
    [InlineData("", "NOTHING to check")]
    [InlineData(Transfer, "NOTHING to check")]
    public void One_in_which_something_is_wrong_does_not(string history, string verdict)
    {
        var violation = Assert.Single(HistoryJudge.Violations(history, "load", null, out _));
        Assert.StartsWith("load: ", violation, StringComparison.Ordinal);
        Assert.Contains(verdict, violation, StringComparison.Ordinal);
    }

    [Fact]
    public void Transactions_have_to_be_answered_once_everything_is_whole_again()
    {
        const string History = Append + "{:type :ok, :f :txn, :process 1, :value [[:r 1 [7]]], :time 40}";
        Assert.Empty(HistoryJudge.Violations(History, "load", 29, out _));
        Assert.Equal(["no transaction of load succeeded after everything was whole again"], HistoryJudge.Violations(History, "load", 30, out _));
    }

    [Fact]
    public void What_is_no_history_is_not_passed_over() =>
        Assert.StartsWith("load: line 4: ", Assert.Throws<HarnessException>(() => HistoryJudge.Violations(Append + "{:type :ok, :f :t", "load", null, out _)).Message, StringComparison.Ordinal);
}
