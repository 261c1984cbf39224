using Catena.Simulation.Running;

namespace Catena.Simulation.Tests.Running;

/// <summary>Histories of transactions are recognised and judged by the command that judges all others.</summary>
public sealed class TransactionHistoryCheckTests
{
    private const string Appended =
        "{:type :invoke, :f :txn, :process 0, :value [[:append 1 7]], :time 10}\n{:type :ok, :f :txn, :process 0, :value [[:append 1 7]], :time 20}\n";

    private const string Written =
        "{:type :invoke, :f :txn, :process 0, :value [[:w 1 7]], :time 10}\n{:type :ok, :f :txn, :process 0, :value [[:w 1 7]], :time 20}\n";

    private const string Called = "{:type :invoke, :f :txn, :process 1, :value [[:r 1 nil]], :time 30}\n";

    private const string Moved =
        "{:type :invoke, :f :transfer, :process 0, :value {:from 0 :to 1 :amount 5}, :time 10}\n{:type :info, :f :transfer, :process 0, :value {:from 0 :to 1 :amount 5}, :time 20}\n"
        + "{:type :invoke, :f :read, :process 1, :value nil, :time 30}\n";

    [Theory]
    [InlineData(Appended + Called + "{:type :ok, :f :txn, :process 1, :value [[:r 1 [7]]], :time 40}", 0, "2 transactions on lists, 2 that happened: no anomaly")]
    [InlineData(Appended + Called + "{:type :ok, :f :txn, :process 1, :value [[:r 1 nil]], :time 40}", 1, "2 transactions on lists, 2 that happened: NOT strictly serializable: 1 G-single-realtime")]
    [InlineData(Called + "{:type :fail, :f :txn, :process 1, :value [[:r 1 nil]], :time 40}", 1, "1 transactions on registers, 0 that happened: NOTHING to check")]
    [InlineData(Written + Called + "{:type :ok, :f :txn, :process 1, :value [[:r 1 7]], :time 40}", 0, "2 transactions on registers, 2 that happened: no anomaly")]
    [InlineData(Written + Called + "{:type :ok, :f :txn, :process 1, :value [[:r 1 nil]], :time 40}", 1, "2 transactions on registers, 2 that happened: NOT strictly serializable: 1 G-single-realtime")]
    [InlineData("; bank\n" + Moved + "{:type :ok, :f :read, :process 1, :value {0 -5, 1 5}, :time 40}", 0, "2 transactions of a bank, 1 answered reads of all accounts: no anomaly")]
    [InlineData(" \n" + Moved + "{:type :ok, :f :read, :process 1, :value {0 nil, 1 5}, :time 40}", 1, "2 transactions of a bank, 1 answered reads of all accounts: sum NOT constant: 1 wrong-total")]
    [InlineData(
        "{:type :invoke, :f :read, :process 0, :value nil, :time 1}\n{:type :ok, :f :read, :process 0, :value {0 1}, :time 2}", 1,
        "1 transactions of a bank, 1 answered reads of all accounts: sum NOT constant: 1 wrong-total")]
    [InlineData(Moved + "{:type :ok, :f :read, :process 1, :value {0 0}, :time 40}", 1, "2 transactions of a bank, 0 answered reads of all accounts: NOTHING to check")]
    public void A_history_is_judged_by_what_it_is_about(string history, int code, string verdict)
    {
        var (ended, output, _) = Check(history);
        Assert.Equal((code, verdict), (ended, output.TrimEnd().Split('\n')[^1]));
    }

    [Theory]
    [InlineData("{:type :what}")]
    [InlineData(Appended + "{\"client\":1}")]
    [InlineData(Appended + "{:type :invoke, :f :txn, :process 1, :value [[:w 1 7]], :time 30}")]
    [InlineData(Appended + Moved)]
    [InlineData(Moved + Called)]
    public void What_makes_no_sense_is_refused(string history)
    {
        var (code, _, error) = Check(history);
        Assert.Equal(2, code);
        Assert.StartsWith("history: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Anomalies_are_explained() => Assert.Contains(
        "G-single-realtime:", Check(Appended + Called + "{:type :ok, :f :txn, :process 1, :value [[:r 1 nil]], :time 40}").Output, StringComparison.Ordinal);

    [Theory]
    [InlineData("{:type", true)]
    [InlineData(" { :type", true)]
    [InlineData("; a comment", true)]
    [InlineData("{\"client\":1}", false)]
    [InlineData("", false)]
    [InlineData("[:type]", false)]
    public void Lines_of_EDN_are_told_from_lines_of_JSON(string text, bool isMeant) => Assert.Equal(isMeant, TransactionHistoryCheck.IsMeant(text));

    private static (int Code, string Output, string Error) Check(string history)
    {
        var directory = Directory.CreateTempSubdirectory("catena-sim-");
        try
        {
            var path = Path.Combine(directory.FullName, "history");
            File.WriteAllText(path, history);
            using var output = new StringWriter();
            using var error = new StringWriter();
            return (new CommandLine(output, error, errorRewrites: false).Run(["check", path]), output.ToString(), error.ToString());
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
