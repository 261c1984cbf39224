using Catena.Simulation.Histories;
using static Catena.Simulation.Histories.MicroOperation;

namespace Catena.Simulation.Tests.Histories;

public sealed class BankHistoryFileTests
{
    private const string Invoke = "{:type :invoke, :f :transfer, :process 0, :value {:from 1, :to \"b\", :amount 5}, :time 1, :index 7}\n";

    [Fact]
    public void A_history_is_understood_as_the_page_on_histories_says()
    {
        const string Text =
            """
            ; a bank
            {:type :info, :process :nemesis, :f :start-partition, :value nil, :time 5, :index 0}
            {:type :invoke, :f :transfer, :process 0, :value {:from 0, :to 1, :amount 5}, :time 10, :index 1}
            {:type :invoke, :f :read, :process 1, :value nil, :time 10, :index 2}

            {:type :ok, :f :read, :process 1, :value {0 -5, 1 nil, "b" 7}, :time 20, :index 3, :node "n1"}
            {:type :info, :f :transfer, :process 0, :value {:from 0, :to 1, :amount 5}, :time 30, :index 4, :error :timeout}
            {:type :invoke, :f :read, :process 1, :value nil, :time 40, :index 5}
            {:type :fail, :f :read, :process 1, :value nil, :time 50, :index 6}
            {:type :invoke, :f :transfer, :process 1, :value {:from 2, :to 1, :amount 1}, :time 60, :index 7}
            """;
        var history = Parsed(Text);
        Assert.Equal(["0", "1", "2", "b"], history.Accounts);
        Assert.Equal([new(0, 10, 30, Outcome.Unknown, []), new TransactionOperation(1, 60, null, Outcome.Unknown, [])], history.Transfers);
        Assert.Equal(
            [new(1, 10, 20, Outcome.Ok, [ReadValue("0", -5), ReadValue("1", null), ReadValue("b", 7)]), new TransactionOperation(1, 40, 50, Outcome.Fail, [])],
            history.Reads);
    }

    [Theory]
    [InlineData("{:process 0}", ":f is missing")]
    [InlineData("{:process 0, :f :txn}", ":f is to be :read or :transfer, not :txn")]
    [InlineData("{:process 0, :f :read, :type :ok}", ":value is missing")]
    [InlineData("{:process 0, :f :read, :type :ok, :value nil}", ":value is to be a map, not nil")]
    [InlineData("{:process 0, :f :read, :type :ok, :value {0 :x}}", "a balance is to be an integer, not :x")]
    [InlineData("{:process 0, :f :transfer, :type :ok, :value {:from 1, :to 2}}", ":amount is missing")]
    [InlineData("{:process 0, :f :transfer, :type :ok, :value {:from 1, :to :x, :amount 3}}", "a key is an integer or a text, not :x")]
    [InlineData("{:process 0, :f :read, :type :fail, :value nil, :time 1}", "is not the one it called: a transfer")]
    [InlineData("{:process 1, :f :read, :type :fail, :value nil, :time 1}", "no open transaction")]
    [InlineData("{:process 1, :f :read, :type :invoke, :value nil, :time 0}", "before that of an earlier line, 1")]
    [InlineData("{:process 0, :f :read, :type :invoke, :value nil, :time 1}", "while it has one open")]
    public void A_line_that_makes_no_sense_where_it_is_is_refused_with_the_reason(string line, string reason)
    {
        var wrong = Assert.Throws<HistoryFormatException>(() => Parsed(Invoke + line));
        Assert.StartsWith("line 2: ", wrong.Message, StringComparison.Ordinal);
        Assert.Contains(reason, wrong.Message, StringComparison.Ordinal);
    }

    private static BankHistory Parsed(string text)
    {
        using var source = new StringReader(text);
        return BankHistoryFile.Read(source);
    }
}
